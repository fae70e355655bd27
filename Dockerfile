# Runs the same engine as scripts/start. Build: docker build -t pbx400 .
# SIP and RTP need the host's own addresses. The sample configuration listens on this machine only, hence --sip with the
# address that trunks and phones reach:
#   docker run -d --name pbx400 --network host --restart unless-stopped --stop-timeout 600 -v pbx400-data:/data \
#     pbx400 start --sip 192.0.2.10:5060
# `docker stop` drains: calls in progress end first, for which --stop-timeout leaves time (Docker's own is 10 s).
# Needs no privilege and writes below /data and /tmp only:
#   --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges
FROM node:24.21.0-bookworm-slim AS console
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# With what is optional: rolldown brings its machine code so.
RUN npm ci --ignore-scripts
COPY src ./src
COPY scripts ./scripts
RUN scripts/build-console

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production PBX400_DATA=/data
WORKDIR /opt/pbx400
COPY package.json package-lock.json .npmrc ./
# Optional is the Node that npm brings to machines without one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY LICENSE README.md ./
COPY src ./src
COPY media ./media
COPY dialplans ./dialplans
COPY --from=console /build/dist/console ./dist/console
# docker exec pbx400 pbx400 cdr --last 5
RUN ln -s /opt/pbx400/src/cli/launch.js /usr/local/bin/pbx400 && \
  mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
STOPSIGNAL SIGTERM
# In bash, because a Node started every 10 s is felt by the calls on a small machine.
HEALTHCHECK --interval=10s --timeout=5s --start-period=1m CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8400 && printf 'GET /api/v1/health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -t 4 -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "src/cli/launch.js"]
CMD ["start"]
