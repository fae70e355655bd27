/** Callers and agents: SIPp speaks SIP for them, a Voice speaks RTP. */
import { freeUdpPort } from './free-port.ts';
import { TRUNK_HOST } from './pbx.ts';
import { Sipp } from './sipp.ts';
import { Voice } from './voice.ts';

export interface Party {
  readonly sipp: Sipp;
  readonly voice: Voice;
}

/** Both ends of a party; the voice talks to where SDP says as soon as SIPp has seen it. */
class SippParty implements Party {
  readonly sipp: Sipp;
  readonly voice: Voice;
  constructor(sipp: Sipp, voice: Voice) {
    this.sipp = sipp;
    this.voice = voice;
    void sipp.exited.then(() => voice.close());
  }

  /** Waits for SDP and sends there. */
  async connect(limitMs?: number): Promise<void> {
    const [address, port] = (await this.sipp.logged('media', limitMs)).split(' ');
    this.voice.sendTo(address!, Number(port));
  }
}

/** Where calls go: a {@link Pbx}, or any other. */
export interface Callee {
  /** `host:port`. */
  readonly sip: string;
}

export interface CallerOptions {
  readonly caller: string;
  readonly called?: string;
  /** Default: answered, waits until the PBX ends the call. */
  readonly scenario?: string;
  readonly pauseMs?: number;
  /** Address that it calls from; the trunk's by default. */
  readonly host?: string;
  readonly transport?: 'u1' | 't1';
}

/** Calls a hotline and resolves when it was answered. */
export async function placeCall(pbx: Callee, options: CallerOptions): Promise<Party> {
  const party = await dial(pbx, options);
  await party.connect();
  return party;
}

/** Calls a hotline; does not wait for an answer. */
export async function dial(pbx: Callee, options: CallerOptions): Promise<SippParty> {
  const { scenario = 'caller-call-expect-bye', host = TRUNK_HOST } = options;
  const voice = await Voice.open(host);
  const sipp = await Sipp.run({
    scenario,
    host,
    to: pbx.sip,
    keys: { rtp_port: voice.port, caller: options.caller },
    ...(options.called === undefined ? {} : { service: options.called }),
    ...(options.pauseMs === undefined ? {} : { pauseMs: options.pauseMs }),
    ...(options.transport === undefined ? {} : { transport: options.transport }),
  });
  return new SippParty(sipp, voice);
}

export interface AgentOptions {
  /** Port of its phone: the fixed contact in the configuration. */
  readonly port: number;
  readonly number: string;
  /** Default: answers, then waits until the PBX ends the call. */
  readonly scenario?: string;
  readonly pauseMs?: number;
}

/** An agent's phone that waits for a call. */
export async function waitForCall(options: AgentOptions): Promise<Party & { rung(): Promise<void> }> {
  const { scenario = 'agent-answer-expect-bye', port } = options;
  const voice = await Voice.open();
  const sipp = await Sipp.run({
    scenario,
    port,
    keys: { rtp_port: voice.port, agent: options.number },
    ...(options.pauseMs === undefined ? {} : { pauseMs: options.pauseMs }),
  });
  const party = new SippParty(sipp, voice);
  return { sipp, voice, rung: () => party.connect(60_000) };
}

/** Fixed contacts for the phones of `numbers`, to be put into the configuration. */
export async function phones<Number extends string>(
  ...numbers: Number[]
): Promise<{ ports: Record<Number, number>; contacts: Record<Number, string> }> {
  const ports = {} as Record<Number, number>;
  const contacts = {} as Record<Number, string>;
  for (const number of numbers) {
    ports[number] = await freeUdpPort();
    contacts[number] = `sip:${number}@127.0.0.1:${ports[number]}`;
  }
  return { ports, contacts };
}
