INSERT INTO builds (step, bucket, build, digest)
