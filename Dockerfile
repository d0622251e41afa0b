# The service in a container: `docker build -t sluice .`, then see compose.yaml and docs/operations.md.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /src
ENV CI=true DO_NOT_TRACK=1
# What changes seldom comes first: the packages of the lockfile are fetched again only when that changes.
COPY .npmrc package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx -y pnpm@12.21.0 fetch
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prefer-offline
RUN npx -y pnpm@12.21.0 exec turbo run build --filter=@sluice/worker
RUN npx -y pnpm@12.21.0 --filter=@sluice/worker --config.injectWorkspacePackages=true deploy --prod /deploy

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production HTTP_PORT=7777
COPY --from=build /deploy /app
# A folder of its own: what the service writes (only with --embedded, to .sluice) it writes here.
WORKDIR /data
RUN chown node:node /data
USER node
EXPOSE 7777
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HTTP_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: node is process 1 and gets the SIGTERM that drains it.
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["worker"]
