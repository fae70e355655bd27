import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SocketEdge } from './edge/user-agent/socket-edge.ts';
import type { Metric } from './http/metric.ts';
import type { FreeSpace } from './keeping/free-space.ts';
import type { MediaEngine } from './media/media.ts';
import type { Pbx } from './pbx.ts';
import type { RecordingArchive } from './recording/recording-archive.ts';
import type { Registrar } from './registrar/registrar.ts';
import type { Store } from './store/store.ts';

export interface MetricSources {
  readonly pbx: Pbx;
  readonly store: Store;
  readonly media: MediaEngine;
  readonly sip: SocketEdge;
  readonly phones: Pick<Registrar, 'count'>;
  readonly disks: Pick<FreeSpace, 'rooms' | 'low'>;
  readonly recordings: Pick<RecordingArchive, 'waitingToMove'>;
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

/** Values of all rooms for `GET /metrics`. */
export function metricsOf({ pbx, store, media, sip, phones, disks, recordings }: MetricSources): Metric[] {
  const trunks = pbx.trunks.status();
  const agents = new Map<string, number>();
  for (const { state } of pbx.acd.agents()) agents.set(state, (agents.get(state) ?? 0) + 1);
  const metrics: Metric[] = [
    gauge('pbx400_calls', 'Calls that have not ended', pbx.calls.size),
    gauge('pbx400_registered_contacts', 'Contacts of phones that are registered', phones.count),
    gauge('pbx400_media_endpoints', 'RTP endpoints that are open', media.load().endpoints),
    {
      name: 'pbx400_trunk_channels',
      help: 'Channels in use',
      type: 'gauge',
      value: trunks.map(({ tenant, name, active }) => ({ labels: { tenant, trunk: name }, value: active })),
    },
    {
      name: 'pbx400_trunk_up',
      help: '1 while calls go out over the trunk',
      type: 'gauge',
      value: trunks.map(({ tenant, name, health }) => ({
        labels: { tenant, trunk: name },
        value: health.state === 'up' ? 1 : 0,
      })),
    },
    {
      name: 'pbx400_agents',
      help: 'Agents by state',
      type: 'gauge',
      value: [...agents].map(([state, value]) => ({ labels: { state }, value })),
    },
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
    ...journalMetrics(store),
    ...leaseMetrics(store),
    ...diskMetrics(disks),
    gauge(
      'pbx400_recordings_to_move',
      'Recordings that wait to be moved to recording.moveTo',
      recordings.waitingToMove,
    ),
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

function journalMetrics({ journal }: Store): Metric[] {
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
function leaseMetrics({ lease }: Store): Metric[] {
  if (!lease) return [];
  const age = { labels: { node: lease.nodeId }, value: lease.ageMs / 1e3 };
  return [
    {
      name: 'pbx400_node_lease_age_seconds',
      help: 'Since the database saw this node; others take it for lost after 30',
      type: 'gauge',
      value: [age],
    },
    gauge('pbx400_node_peers', 'Other nodes on the database', lease.peers.length),
  ];
}

/** A folder that does not answer has no sample. */
function diskMetrics({ rooms, low }: MetricSources['disks']): Metric[] {
  const perFolder = (of: (folder: (typeof rooms)[number]) => number) =>
    rooms.map((folder) => ({ labels: { folder: folder.name }, value: of(folder) }));
  return [
    {
      name: 'pbx400_disk_free_bytes',
      help: 'Room on the disk of the data folder, and of recording.moveTo',
      type: 'gauge',
      value: perFolder(({ room }) => room.freeBytes),
    },
    {
      name: 'pbx400_disk_size_bytes',
      help: 'Size of that disk',
      type: 'gauge',
      value: perFolder(({ room }) => room.totalBytes),
    },
    {
      name: 'pbx400_disk_low',
      help: '1 while that disk is nearly full',
      type: 'gauge',
      value: perFolder(({ name }) => +low.includes(name)),
    },
  ];
}

function inWords(name: string): string {
  return SIP_HELP[name] ?? `SIP ${snake(name).replaceAll('_', ' ')}`;
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', value };
}

function counter(name: string, help: string, value: number): Metric {
  return { name, help, type: 'counter', value };
}

/** `messagesReceived` as `messages_received`. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
