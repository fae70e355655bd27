# Runs the same engine as scripts/start. Build: docker build -t pbx400 .
# SIP and RTP need the host's addresses, and the sample configuration listens on this machine only:
#   docker run --network host -v pbx400-data:/data pbx400 start --sip 0.0.0.0:5060
FROM node:24-bookworm-slim
ENV NODE_ENV=production PBX400_DATA=/data
WORKDIR /opt/pbx400
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY LICENSE README.md ./
COPY src ./src
COPY media ./media
COPY dialplans ./dialplans
RUN mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8400/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "src/cli/launch.js"]
CMD ["start"]
