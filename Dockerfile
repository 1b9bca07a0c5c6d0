# Build: packages, and one program out of them and the source. Run: no bundler, no embedded Postgres (DATABASE_URL is required), no root.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# With the optional packages, because the bundler is one of them; they are dropped again below.
RUN npm ci --no-audit --no-fund --loglevel=error
COPY rolldown.config.js ./
COPY src src
RUN npm run --silent build && npm prune --omit=dev --omit=optional --no-audit --no-fund --loglevel=error

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY migrations migrations
COPY runbooks runbooks
COPY lexicon lexicon
COPY src/demo/worlds src/demo/worlds
COPY bin bin
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["/app/bin/nightshift"]
CMD ["serve"]
