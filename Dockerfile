# Vane without its embedded engine, for a ClickHouse of one's own: see docs/cluster.md.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /vane ./cmd/vane

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /vane /vane
ENTRYPOINT ["/vane"]
