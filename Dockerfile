# Vane without its embedded engine, for a ClickHouse of one's own: see docs/cluster.md.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /vane ./cmd/vane
RUN mkdir -p /data/vane

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /vane /vane
# A new volume takes the owner of the folder that it is mounted on.
COPY --from=build --chown=65532:65532 /data/vane /var/lib/vane
USER 65532:65532
VOLUME /var/lib/vane
ENTRYPOINT ["/vane"]
