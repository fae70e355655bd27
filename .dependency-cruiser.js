/**
 * The house of DESIGN.md as rules: arrows point down only, no cycles, one room a package from outside.
 * A room is a folder of src/. `may(room, others)` says what a room may import besides itself and shared/.
 */
const every = '^(src|dialplans)/';

const may = (room, others, comment) => ({
  name: `layer-${room.replaceAll('/', '-')}`,
  comment,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${room}/`, '^src/shared/', ...others.map((other) => `^src/${other}`)],
  },
});

const PORTS = ['edge/(edge|errors)\\.ts$', 'media/(media|errors)\\.ts$'];
const FEATURE = [...PORTS, 'call/', 'prompt/', 'config/', 'provisioning/', 'store/', 'registrar/', 'trunk/'];

/** A package from outside is imported in exactly one room. */
const only = (pack, room) => ({
  name: `package-${pack.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}` },
  to: { path: `^node_modules/${pack}/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: { path: every },
      to: { couldNotResolve: true },
    },
    {
      name: 'main-is-top',
      comment: 'only the command line, the test kit and the simulator build the whole engine',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|testing/|(main|pbx|metrics)\\.ts)' },
      to: { path: '^src/(main|pbx)\\.ts$' },
    },
    {
      name: 'adapters-meet-in-main',
      comment: 'the rest knows SIP and media only through the ports',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(edge|media|main\\.ts|metrics\\.ts|testing|cli)' },
      to: { path: '^src/(edge|media)/[^/]+/' },
    },
    may('shared', []),
    may('sip', []),
    may('rtp', []),
    may('config', []),
    may('numbering', []),
    may('provisioning', ['config/', 'numbering/', 'store/store\\.ts$']),
    may('edge', ['sip/']),
    {
      name: 'edge-engines-are-apart',
      comment: 'what engines of the edge share stands in user-agent/, drachtio-wire/, leg/ and gate/',
      severity: 'error',
      from: { path: '^src/edge/([^/]+)/' },
      to: {
        path: '^src/edge/(embedded|drachtio|drachtio-server|fake)/',
        pathNot: '^src/edge/$1/',
      },
    },
    {
      name: 'edge-parts-are-below',
      comment: 'user-agent -> gate -> leg; the wire of the drachtio protocol knows none of them',
      severity: 'error',
      from: { path: '^src/edge/(leg|gate|drachtio-wire)/' },
      to: { path: '^src/edge/(user-agent|drachtio-wire)/', pathNot: '^src/edge/$1/' },
    },
    may('media', ['rtp/', 'sip/sdp/', 'edge/edge\\.ts$']),
    may(
      'store',
      ['call/(call-events|arrival)\\.ts$', 'cdr/'],
      'the store keeps what the domain defines: records and their projection',
    ),
    may('registrar', ['edge/(edge|errors)\\.ts$', 'sip/', 'store/', 'config/', 'provisioning/']),
    may('trunk', ['edge/(edge|errors)\\.ts$', 'sip/', 'config/', 'numbering/', 'provisioning/']),
    may('call', PORTS),
    may('prompt', ['media/(media|errors|wav-duration)\\.ts$', 'rtp/wav', 'config/']),
    may('dialplan', [...FEATURE, 'numbering/']),
    may('acd', FEATURE),
    may('voicemail', [...FEATURE, 'rtp/']),
    may('survey', FEATURE),
    may('recording', FEATURE),
    may('routing', [...FEATURE, 'dialplan/run/', 'numbering/', 'sip/message/']),
    {
      name: 'routing-is-above',
      comment: 'only the wiring knows who gets a call',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(routing/|pbx\\.ts|main\\.ts|testing/)' },
      to: { path: '^src/routing/' },
    },
    may('cdr', ['call/']),
    only('drachtio-srf', 'edge/drachtio/'),
    only('drachtio-fsmrf', 'media/freeswitch/'),
    only('drachtio-modesl', 'media/freeswitch/'),
    only('rtpengine-client', 'media/rtpengine/'),
    only('werift', 'media/embedded/'),
    only('better-sqlite3', 'store/'),
    only('kysely', 'store/'),
    only('fastify', 'http/'),
    only('pino', 'shared/'),
    only('yaml', 'config/'),
    only('commander', 'cli/'),
    only('chinese-days', 'dialplan/'),
    only('libphonenumber-geo-carrier', 'numbering/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Packages that are ES modules only (typebox) name their files under these conditions.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
