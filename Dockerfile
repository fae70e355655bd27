# Runs the same engine as scripts/start. Build: docker build -t pbx400 .
# SIP and RTP need the host's own addresses. The sample configuration listens on this machine only, hence --sip:
#   docker run -d --name pbx400 --network host --restart unless-stopped --stop-timeout 600 -v pbx400-data:/data \
#     pbx400 start --sip 0.0.0.0:5060
# `docker stop` drains: calls in progress end first, for which --stop-timeout leaves time (Docker's own is 10 s).
# Needs no privilege and writes below /data and /tmp only:
#   --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges
FROM node:24-bookworm-slim
ENV NODE_ENV=production PBX400_DATA=/data
WORKDIR /opt/pbx400
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY LICENSE README.md ./
COPY src ./src
COPY media ./media
COPY dialplans ./dialplans
# docker exec pbx400 pbx400 cdr --last 5
RUN ln -s /opt/pbx400/src/cli/launch.js /usr/local/bin/pbx400 && \
  mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=1m \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8400/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "src/cli/launch.js"]
CMD ["start"]
