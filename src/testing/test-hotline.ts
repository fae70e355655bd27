import { dirname } from 'node:path';
import type { Hotline } from '../dialplan/node/hotline.ts';
import { placeOf } from '../dialplan/write/places.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { firstSnapshot } from '../provisioning/file/first-start.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { VirtualCaller } from './virtual-caller.ts';
import { VirtualPbx } from './virtual-pbx.ts';
import type { VirtualPhone } from './virtual-phone.ts';

export interface HotlineTestOptions {
  /**
   * Configuration with the queues, prompts and lists that the hotline names. Default: `$PBX400_CONFIG`, then `pbx400.yaml`
   * beside the hotline's file, in the current folder or in `dialplans`.
   */
  readonly config?: string;
  /** When the test begins, ISO 8601 with offset. Default Thursday 2026-10-15, 10:00 in Shanghai, a work day. */
  readonly at?: string;
  /** What agents, phones and lines do when rung. Agents that are not named answer after 3 s and talk for 60 s. */
  readonly phones?: Readonly<Record<string, VirtualPhone>>;
  /** Answers of outside services to `http` nodes. */
  readonly fetch?: typeof fetch;
  /** Seed of random choices. */
  readonly seed?: number;
  readonly log?: Logger;
}

const WORK_DAY = '2026-10-15T10:00:00+08:00';

/** A hotline on an engine of its own, in virtual time. */
export class HotlineTest {
  readonly #pbx: VirtualPbx;
  readonly #hotline: Hotline;

  /** @internal */
  constructor(pbx: VirtualPbx, hotline: Hotline) {
    this.#pbx = pbx;
    this.#hotline = hotline;
  }

  /** Somebody calls; '' withholds the number. */
  async call(from = '13800138000', options: { readonly trunk?: string } = {}): Promise<VirtualCaller> {
    const { leg, callId } = this.#pbx.arrive(from, this.#hotline.number, options.trunk);
    if (callId === undefined) throw new Error(`the call from ${from} did not reach the engine`);
    await this.#pbx.clock.settle();
    return new VirtualCaller(this.#pbx, from, leg, callId);
  }

  /** Changes what a phone or line does from now on. */
  phone(number: string, phone: VirtualPhone): void {
    this.#pbx.phone(number, phone);
  }

  /** Turns a switch of the hotline's company on or off (night mode, announcements). */
  turn(name: string, on = true): void {
    const plan = this.#pbx.dialplans.plan(this.#hotline.number)!;
    this.#pbx.dialplans.state.switches.turn(plan.tenant, name, on);
  }

  /** Puts a number on a list. */
  list(name: string, number: string): void {
    const plan = this.#pbx.dialplans.plan(this.#hotline.number)!;
    this.#pbx.dialplans.state.lists.create(plan.tenant, name).add(number);
  }

  /** Virtual time, ms since 1970. */
  get now(): number {
    return this.#pbx.clock.now();
  }

  /** Lets virtual time pass. */
  async waits(ms: number): Promise<void> {
    await this.#pbx.clock.advance(ms);
  }

  /** Ends the engine. Throws when calls, legs or endpoints were left open by calls that had ended. */
  async close(): Promise<void> {
    await this.#pbx.close();
    const open = Object.entries(this.#pbx.leftOpen).filter(([, count]) => count > 0);
    if (open.length > 0)
      throw new Error(`left open: ${open.map(([what, count]) => `${count} ${what}`).join(', ')}`);
  }
}

/**
 * A hotline with the whole engine behind it. Throws when the hotline has a mistake, in the words of `check`.
 *
 *     const test = await testHotline(hotline, { phones: { 8001: 'no-answer' } });
 *     const alice = await test.call('13800138000');
 *     await alice.hears('welcome', 'main-menu');
 *     await alice.presses('1');
 *     await alice.talksTo('8002');
 *     const cdr = await alice.ends();
 */
export async function testHotline(hotline: Hotline, options: HotlineTestOptions = {}): Promise<HotlineTest> {
  const { config, at = WORK_DAY, ...rest } = options;
  const written = placeOf(hotline)?.file;
  try {
    const machine = loadMachine({
      file: config,
      beside: written && dirname(written),
      howToName: 'by testHotline(hotline, { config: FILE })',
    });
    const pbx = new VirtualPbx({
      config: machine,
      companies: firstSnapshot(machine),
      hotlines: [hotline],
      at: Date.parse(at),
      ...rest,
    });
    return new HotlineTest(await pbx.open(), hotline);
  } catch (error) {
    throw new Error(asError(error).toString(), { cause: error });
  }
}
