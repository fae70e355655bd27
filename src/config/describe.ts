/** What the keys of the machine's configuration mean, for scripts/deploy/CONFIGURATION.md; a test proves that none is missing. */

/** A description in English and Chinese. */
export type Described = readonly [en: string, zh: string];

/** By the key's path in the file; `[]` stands for each item of a list. */
export const MACHINE_KEYS: Readonly<Record<string, Described>> = {
  data: [
    'Data folder: database, recordings, voicemail, secrets. Without: `.pbx400` in the current folder',
    '数据目录：数据库、录音、留言、密钥。不写则为当前目录下的 `.pbx400`',
  ],
  store: [
    'PostgreSQL that holds records, accounts and companies: `postgres://user:password@host/database`; as `{ env: NAME }` or `{ file: NAME }` (in the data folder) the password stands elsewhere. Without: SQLite in the data folder',
    '存放话单、账号和企业数据的 PostgreSQL：`postgres://user:password@host/database`；写作 `{ env: NAME }` 或 `{ file: NAME }`（数据目录内）可让密码留在别处。不写则用数据目录里的 SQLite',
  ],
  'journal.maxSize': [
    'Call events that wait in a file while the database cannot be written: half of it is an alarm, beyond it new calls get 503',
    '数据库不可写时，呼叫事件暂存文件的大小上限：过半告警，超出后新呼叫回 503',
  ],
  'journal.second': [
    'Folder on another disk for them, used when that of the data folder is full',
    '数据目录所在磁盘已满时改用的另一磁盘上的目录',
  ],
  logLevel: ['What is logged', '日志级别'],
  timeZone: ['IANA time zone of hotlines and records', '热线与话单使用的时区（IANA 名称）'],
  dialplans: ['Folder of hotlines in TypeScript', '热线（TypeScript 文件）所在目录'],
  prompts: [
    'Folder of own prompts, one folder a language in it; one of the same name replaces that of pbx400',
    '自己的提示音目录，其下每种语言一个子目录；同名文件取代自带的提示音',
  ],
  language: ['Language of the prompts', '提示音语言'],
  companies: [
    'Folder of YAML files with entities of companies, watched; what stands in them is changed there only',
    '企业数据的 YAML 目录，改动即时生效；写在文件里的内容只能在文件里改',
  ],
  seed: ['File of entities that a new database begins with', '数据库为空时一次性导入的企业数据文件'],
  'sip.listen': ['Where SIP is listened for', 'SIP 监听'],
  'sip.listen[].transport': ['Transport', '传输协议'],
  'sip.listen[].host': ['Address of this machine; `0.0.0.0`: all', '本机地址；`0.0.0.0` 表示全部'],
  'sip.listen[].port': ['Port', '端口'],
  'sip.listen[].advertise': [
    "Given to peers instead of `host:port` (NAT). Without, for `0.0.0.0`: this machine's address",
    '经过 NAT 时告诉对端的公网地址，代替 `host:port`。监听 `0.0.0.0` 而不写时取本机地址',
  ],
  'sip.domain': ['SIP domain and realm of the phones', '话机注册使用的 SIP 域名（realm）'],
  'sip.unknownSource': [
    'Calls from addresses that are no trunk and no phone: no answer, or 403',
    '既非中继也非话机的地址呼入时：不应答，或回 403',
  ],
  'sip.dialogSource': [
    "Requests in a phone's call: `strict` takes those from the address of its peer only",
    '话机通话中的请求：`strict` 只接受来自对端地址的请求',
  ],
  'sip.digest': [
    'Challenges to phones. Many give up on a second one: add `sha-256` when yours understand it',
    '话机鉴权算法。许多话机遇到第二个质询会放弃，确认支持后再加 `sha-256`',
  ],
  'sip.limits.invites': [
    'INVITEs a second from one address that is no trunk',
    '单个非中继地址每秒的 INVITE 上限',
  ],
  'sip.limits.registers': ['REGISTERs a second from one address', '单个地址每秒的 REGISTER 上限'],
  'sip.limits.ban': ['An address that attacks is not answered for so long', '攻击来源的封禁时长'],
  'sip.limits.browserSilence': [
    'A browser phone whose machine sleeps, or has no network, is gone after so long',
    '浏览器话机所在电脑休眠或断网多久后视为离线',
  ],
  'sip.ladder.calls': [
    'SIP messages of so many calls that ended well, and of as many that failed, are kept in memory; 0: of none',
    '在内存中保留多少通正常结束的通话（以及同样多的失败通话）的 SIP 信令；0 为不保留',
  ],
  'sip.ladder.keep': [
    'So long after the end of the call; 24 times as long when it failed',
    '通话结束后保留多久；失败的通话为其 24 倍',
  ],
  'sip.ladder.maxSize': ['Of all these messages together, about', '这些信令合计约占内存的上限'],
  'sip.edge': [
    'Who speaks SIP: this process, or drachtio-servers (`pbx400 edge` is one)',
    'SIP 由谁处理：本进程，或 drachtio-server（`pbx400 edge` 也是）',
  ],
  'sip.drachtio.servers': ['Servers that are connected to', '要连接的 drachtio-server'],
  'sip.drachtio.servers[].host': ['Address', '地址'],
  'sip.drachtio.servers[].port': ['Admin port', '管理端口'],
  'sip.drachtio.servers[].secret': ['Its secret', '连接密钥'],
  'sip.drachtio.servers[].tls': ['Connect with TLS', '用 TLS 连接'],
  'sip.drachtio.servers[].ca': [
    "PEM file of the authority that signed the server's certificate",
    '签发服务器证书的 CA（PEM 文件）',
  ],
  'sip.drachtio.servers[].tags': [
    'Requests may be routed here by one of these',
    '可按这些标签把请求分给本机',
  ],
  'sip.drachtio.listen.host': [
    'Servers connect here (outbound mode)',
    '由服务器主动连接时的监听地址（outbound 模式）',
  ],
  'sip.drachtio.listen.port': ['Port', '端口'],
  'sip.drachtio.listen.from': ['Servers may connect from these only', '只允许来自这些地址的服务器连接'],
  'sip.drachtio.listen.secret': ['Their secret', '连接密钥'],
  'sip.drachtio.listen.tls': ['TLS with the files of `tls`', '启用 TLS，证书用 `tls` 中的文件'],
  'sip.registration.min': ['Shortest registration of a phone', '话机注册的最短有效期'],
  'sip.registration.max': ['Longest registration of a phone', '话机注册的最长有效期'],
  'sip.registration.contacts': ['Phones registered at once as one extension', '一个分机可同时注册的话机数'],
  'media.engine': ['Who carries the audio', '媒体引擎'],
  'media.host': [
    'Address for RTP. Without: that of the first SIP listener',
    'RTP 使用的本机地址。不写则同第一个 SIP 监听',
  ],
  'media.advertise': [
    'Given to peers in SDP instead of `media.host` (NAT)',
    '经过 NAT 时写入 SDP 的公网地址',
  ],
  'media.portMin': ['First RTP port', 'RTP 起始端口'],
  'media.portMax': ['Last RTP port', 'RTP 结束端口'],
  'media.workers': ['Threads for media. Without: by the number of cores', '媒体线程数。不写则按 CPU 核数'],
  'media.rtpTimeout': ['A call without audio for so long is ended', '多久收不到语音就结束通话'],
  'media.rtpengine.servers': ['rtpengine daemons', 'rtpengine 服务器'],
  'media.rtpengine.servers[].host': ['Address', '地址'],
  'media.rtpengine.servers[].port': ['Port of `--listen-ng`', '`--listen-ng` 端口'],
  'media.rtpengine.servers[].weight': ['Share of the calls', '权重'],
  'media.rtpengine.servers[].maxEndpoints': ['Most legs at once', '最多同时承载的通话腿数'],
  'media.rtpengine.servers[].recordings': [
    '`--recording-dir` of the server as this machine sees it; without: no recording',
    '从本机看到的 `--recording-dir`；不写则不能录音',
  ],
  'media.rtpengine.dtmfLog.host': [
    'Where `--dtmf-log-dest` of the servers points',
    '`--dtmf-log-dest` 指向的地址',
  ],
  'media.rtpengine.dtmfLog.port': ['Its port', '`--dtmf-log-dest` 指向的端口'],
  'media.freeswitch.servers': ['FreeSWITCHes', 'FreeSWITCH 服务器'],
  'media.freeswitch.servers[].host': ['Address of the event socket', '事件套接字（ESL）地址'],
  'media.freeswitch.servers[].port': ['Port of the event socket', '事件套接字（ESL）端口'],
  'media.freeswitch.servers[].secret': ['Secret of the event socket', '事件套接字（ESL）密码'],
  'media.freeswitch.servers[].sip': [
    'Its SIP profile. Without: what the profile says of itself',
    'SIP profile 的地址。不写则取其自报的地址',
  ],
  'media.freeswitch.servers[].weight': ['Share of the calls', '权重'],
  'media.freeswitch.servers[].maxEndpoints': ['Most legs at once', '最多同时承载的通话腿数'],
  'media.freeswitch.exchange': [
    'Rendered prompts; the servers see it under the same path. Without: in the data folder',
    '合成提示音的目录，服务器须以相同路径访问。不写则在数据目录内',
  ],
  'edge.host': ['`pbx400 edge`: where applications connect', '`pbx400 edge`：应用连接的地址'],
  'edge.port': ['Port', '端口'],
  'edge.secret': ['Secret of the applications', '应用的连接密钥'],
  'edge.tls': ['TLS with the files of `tls`', '启用 TLS，证书用 `tls` 中的文件'],
  'edge.handlers': ['Requests whose application is asked for by HTTP', '通过 HTTP 询问由哪个应用处理的请求'],
  'edge.handlers[].methods': ['Methods', 'SIP 方法'],
  'edge.handlers[].url': ['Asked with GET', '询问的 URL'],
  'recording.path': [
    'Below `recordings` in the data folder. A second talk of a call gets `-2` before `.wav`',
    '数据目录 `recordings` 下的路径。同一通呼叫的第二段录音在 `.wav` 前加 `-2`',
  ],
  'recording.keepDays': ['Recordings are deleted after so many days', '录音保留天数'],
  'recording.maxSize': ['Of all recordings; the oldest go first', '录音总容量上限，先删最旧的'],
  'recording.moveTo': [
    'Folder, such as a mount of NFS, that recordings are moved to after their calls; without: they stay',
    '通话结束后录音移入的目录（如 NFS 挂载点）；不写则留在原处',
  ],
  'recording.compress': ['After the call, by ffmpeg', '通话结束后用 ffmpeg 压缩'],
  'speech.engine': [
    'What says texts that prompts are made of: espeak-ng on this machine, an engine asked by HTTP, or nothing',
    '语音合成（TTS）引擎：本机 espeak-ng、HTTP 外部引擎，或不启用',
  ],
  'speech.url': [
    'With `http`: asked by POST with `{ text, language, voice }` in JSON; answers with audio',
    '`http` 引擎的地址：POST JSON `{ text, language, voice }`，返回音频',
  ],
  'speech.token': ['Sent to it as `Authorization: Bearer`', '以 `Authorization: Bearer` 发送的令牌'],
  'tls.cert': [
    'PEM certificate; for `tls`, `wss` and `http.secure`. Without `tls`: what `pbx400 certificate` has made in the data folder',
    '证书（PEM），用于 `tls`、`wss` 与 `http.secure`。不写 `tls` 则用 `pbx400 certificate` 在数据目录生成的证书',
  ],
  'tls.key': ['Its PEM key', '私钥（PEM）'],
  'tls.ca': ['PEM file of authorities', 'CA 证书（PEM）'],
  secretKey: [
    'Seals secrets of authenticator apps in the database (AES-256-GCM); made at the first start. Nodes on one database need the same; whoever restores the database needs it, too',
    '数据库中双因素密钥的加密主密钥（AES-256-GCM），首次启动时生成；共用一个数据库的节点须相同，恢复数据库时也需要它',
  ],
  'http.host': ['Address of the HTTP API', 'HTTP 接口地址'],
  'http.port': ['Port', '端口'],
  'http.token': ['Bearer token of the API; made at the first start', '接口令牌（Bearer），首次启动时生成'],
  'http.secure': [
    'HTTPS and WSS. Without: when `pbx400 certificate` has made a certificate',
    '启用 HTTPS 与 WSS。不写则在 `pbx400 certificate` 已生成证书时启用',
  ],
  'http.sip': [
    'SIP over WebSocket at `/sip`, for phones in browsers. Without: with `sip.edge: embedded`; a drachtio-server listens for it itself',
    '在 `/sip` 提供 SIP over WebSocket，供浏览器话机使用。不写则在 `sip.edge: embedded` 时启用；drachtio-server 须自行监听',
  ],
  'http.origins': [
    'Pages of these origins may use SIP over WebSocket, besides those of the same host',
    '除同主机外，允许使用 SIP over WebSocket 的网页来源',
  ],
  'http.proxies': [
    'Addresses and networks of reverse proxies before the API: who asks, and whether by HTTPS, is what they say (`X-Forwarded-For`, `X-Forwarded-Proto`)',
    '接口前的反向代理（地址或网段），采信其 `X-Forwarded-For`、`X-Forwarded-Proto`',
  ],
  'http.exportRows': [
    'Rows of a table that is exported at most; what is more is left out, and that is said',
    '导出表格的最多行数，超出部分不导出并给出提示',
  ],
  'http.outbound.allow': [
    'Addresses and networks inside that hotlines (`http`), webhooks and speech synthesis of companies may ask, also without TLS; all others must be public and have TLS',
    '公司的热线（`http` 节点）、webhook 与语音合成可访问的内网地址或网段，也可不用 TLS；其余须为公网地址且使用 TLS',
  ],
};
