import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AcdMetrics } from './acd-metrics.ts';
import type { AskTally } from './cdr/ask-tally.ts';
import type { SocketEdge } from './edge/user-agent/socket-edge.ts';
import { LabelCap, OTHERS } from './http/label-cap.ts';
import { counter, gauge, type Metric } from './http/metric.ts';
import type { FreeSpace } from './keeping/free-space.ts';
import type { MediaEngine } from './media/media.ts';
import type { Pbx } from './pbx.ts';
import type { RecordingArchive } from './recording/recording-archive.ts';
import type { Registrar } from './registrar/registrar.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';

export interface MetricSources {
  readonly pbx: {
    readonly acd: Pick<Pbx['acd'], 'agents' | 'queues'>;
    readonly calls: { readonly size: number };
    readonly trunks: Pick<Pbx['trunks'], 'status'>;
  };
  readonly asks: Pick<AskTally, 'totals'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: {
    readonly journal: Pick<Store['journal'], 'stats' | 'takesCalls'>;
    readonly lease?: Store['lease'];
  };
  readonly media: Pick<MediaEngine, 'load'>;
  readonly sip: Pick<SocketEdge, 'counts' | 'counters' | 'udpDrops'>;
  readonly phones: Pick<Registrar, 'count'>;
  readonly disks: Pick<FreeSpace, 'rooms' | 'low'>;
  readonly recordings: Pick<RecordingArchive, 'waitingToMove'>;
  /** That is served; undefined: none. */
  readonly certificate?: () => { readonly facts: { readonly endsAt: number } } | undefined;
}

/** What the SIP edges count, in words. */
const SIP_HELP: Readonly<Record<string, string>> = {
  server: 'SIP server transactions',
  client: 'SIP client transactions',
  timers: 'Timers of SIP transactions',
  legs: 'Call legs',
  dialogs: 'SIP dialogs',
  replies: 'Requests whose answer is being prepared',
  received: 'SIP messages received',
  sent: 'SIP messages sent',
  ignored: 'Messages that were no SIP, or broken beyond an answer',
  failed: 'SIP messages that could not be sent',
  limited: 'Connections refused or cut for a limit',
};

/** Stalls of the thread that reads SIP: how much later than asked its event loop looks at a timer of so many ms. */
const LOOP_SAMPLE_MS = 2;
const loopDelay = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS });
loopDelay.enable();

/** Seconds of delay; the histogram counts the wait that was asked for as well. */
function lateSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - LOOP_SAMPLE_MS / 1e3);
}

/** Trunks that have series of their own. */
const MAX_TRUNKS = 200;

/** Values of all rooms for `GET /metrics`, as they are when they are asked for. */
export function metricsOf(sources: MetricSources): () => readonly Metric[] {
  const trunks = new LabelCap(['tenant', 'trunk'], MAX_TRUNKS);
  const acd = new AcdMetrics({ acd: sources.pbx.acd, asks: sources.asks, clock: sources.clock });
  return () => [
    ...callMetrics(sources),
    ...trunkMetrics(sources, trunks),
    ...acd.read(),
    ...[trunks, ...acd.caps].map(leftOut),
    ...sipMetrics(sources),
    ...journalMetrics(sources.store),
    ...leaseMetrics(sources.store),
    ...diskMetrics(sources.disks),
    ...certificateMetrics(sources),
    ...loopMetrics(),
  ];
}

function callMetrics({ pbx, media, phones, recordings }: MetricSources): Metric[] {
  return [
    gauge('pbx400_calls', 'Calls that have not ended', pbx.calls.size),
    gauge('pbx400_registered_contacts', 'Contacts of phones that are registered', phones.count),
    gauge('pbx400_media_endpoints', 'RTP endpoints that are open', media.load().endpoints),
    gauge(
      'pbx400_recordings_to_move',
      'Recordings that wait to be moved to recording.moveTo',
      recordings.waitingToMove,
    ),
  ];
}

function certificateMetrics({ certificate }: MetricSources): Metric[] {
  const served = certificate?.();
  if (!served) return [];
  return [
    gauge(
      'pbx400_certificate_end_timestamp_seconds',
      'When the certificate ends that HTTPS and SIP over TLS serve',
      served.facts.endsAt / 1000,
    ),
  ];
}

function trunkMetrics({ pbx }: MetricSources, cap: LabelCap): Metric[] {
  const trunks = pbx.trunks.status();
  const each = (read: (trunk: (typeof trunks)[number]) => number) =>
    trunks.map((trunk) => ({ of: [trunk.tenant, trunk.name], value: read(trunk) }));
  return [
    gauge('pbx400_trunk_channels', 'Channels in use', cap.samples(each(({ active }) => active))),
    gauge(
      'pbx400_trunk_channels_max',
      'Channels that there are',
      cap.samples(each(({ channels }) => channels)),
    ),
    gauge(
      'pbx400_trunk_up',
      '1 while calls go out over the trunk; of the others: over all of them',
      cap.samples(
        each(({ health }) => +(health.state === 'up')),
        Math.min,
      ),
    ),
  ];
}

/** How many are summed up as `other`. */
function leftOut(cap: LabelCap): Metric {
  const name = `pbx400_${cap.what}s_left_out`;
  return gauge(name, `How many are summed up under the labels ${OTHERS}`, cap.leftOut);
}

function sipMetrics({ sip }: MetricSources): Metric[] {
  return [
    counter(
      'pbx400_udp_drops_total',
      'Datagrams that the kernel dropped for a full buffer',
      sip.udpDrops ?? 0,
    ),
    ...Object.entries(sip.counts).map(([name, value]) =>
      gauge(`pbx400_sip_${snake(name)}`, `${inWords(name)} that are open`, value),
    ),
    ...Object.entries(sip.counters).map(([name, value]) =>
      counter(`pbx400_sip_${snake(name)}_total`, `${inWords(name)} since the start`, value),
    ),
  ];
}

function loopMetrics(): Metric[] {
  const metrics = [
    gauge(
      'pbx400_loop_delay_p99_seconds',
      'Delay of the event loop since the last reading',
      lateSeconds(loopDelay.percentile(99)),
    ),
    gauge(
      'pbx400_loop_delay_max_seconds',
      'Longest stall of the event loop since the last reading',
      lateSeconds(loopDelay.max),
    ),
  ];
  loopDelay.reset();
  return metrics;
}

function journalMetrics({ journal }: MetricSources['store']): Metric[] {
  const { pendingEvents, strayEvents, failures, waiting } = journal.stats;
  return [
    gauge('pbx400_journal_pending_events', 'Call events that are not durable yet', pendingEvents),
    gauge(
      'pbx400_journal_away',
      '1 while the database is behind and call events wait in a file',
      +waiting.away,
    ),
    gauge('pbx400_journal_waiting_bytes', 'Size of that file', waiting.bytes),
    gauge('pbx400_journal_limit_bytes', 'Size from which on new calls are refused', waiting.maxBytes),
    gauge('pbx400_journal_takes_calls', '0 while new calls are refused', +journal.takesCalls),
    counter(
      'pbx400_journal_stray_events_total',
      'Call events that belong to no open call: a fault of the engine',
      strayEvents,
    ),
    counter('pbx400_journal_failures_total', 'Flushes of the journal that nothing took', failures),
    counter(
      'pbx400_journal_damaged_batches_total',
      'Batches of call events that were damaged or lost in that file: see the log',
      waiting.damaged,
    ),
  ];
}

/** Where several nodes may share the database. */
function leaseMetrics({ lease }: MetricSources['store']): Metric[] {
  if (!lease) return [];
  const age = { labels: { node: lease.nodeId }, value: lease.ageMs / 1e3 };
  return [
    gauge(
      'pbx400_node_lease_age_seconds',
      'Since the database saw this node; others take it for lost after 30',
      [age],
    ),
    gauge('pbx400_node_peers', 'Other nodes on the database', lease.peers.length),
  ];
}

/** A folder that does not answer has no sample. */
function diskMetrics({ rooms, low }: MetricSources['disks']): Metric[] {
  const perFolder = (of: (folder: (typeof rooms)[number]) => number) =>
    rooms.map((folder) => ({ labels: { folder: folder.name }, value: of(folder) }));
  return [
    gauge(
      'pbx400_disk_free_bytes',
      'Room on the disk of the data folder, and of recording.moveTo',
      perFolder(({ room }) => room.freeBytes),
    ),
    gauge(
      'pbx400_disk_size_bytes',
      'Size of that disk',
      perFolder(({ room }) => room.totalBytes),
    ),
    gauge(
      'pbx400_disk_low',
      '1 while that disk is nearly full',
      perFolder(({ name }) => +low.includes(name)),
    ),
  ];
}

function inWords(name: string): string {
  return SIP_HELP[name] ?? `SIP ${snake(name).replaceAll('_', ' ')}`;
}

/** `messagesReceived` as `messages_received`. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
