# syntax=docker/dockerfile:1
FROM node:22-slim AS assets
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/web/dist web/dist
ARG VERSION=dev
ARG COMMIT=unknown
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" -o /out/langnghe . \
 && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/langnghe /langnghe
COPY LICENSE NOTICE /
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/tmp /tmp
# ./data and ./langnghe.yaml of the defaults are /data and /langnghe.yaml here.
WORKDIR /
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["/langnghe", "healthcheck"]
ENTRYPOINT ["/langnghe"]
CMD ["serve"]
