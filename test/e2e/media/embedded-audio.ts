import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import type { EndpointOptions, MediaEndpoint } from '../../../src/media/media.ts';
import { addSines } from '../../../src/rtp/tone.ts';
import { writeWav } from '../../../src/rtp/wav.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { RtpPhone, type RtpPhoneOptions } from './rtp-phone.ts';

/** The embedded engine on two workers, and phones on real sockets that call it. */
export class EmbeddedAudio {
  readonly engine: EmbeddedMediaEngine;
  /** For prompts and recordings. */
  readonly folder: string;
  readonly #faults: unknown[] = [];
  readonly #phones: RtpPhone[] = [];
  readonly #endpoints: MediaEndpoint[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    // A worker goes on after a mistake of ours, but there must be none.
    const error = (fields: unknown) => void this.#faults.push(fields);
    const logger = { ...silentLogger, error } as Logger;
    this.engine = new EmbeddedMediaEngine({ ids: systemIds, logger, host: '127.0.0.1', workers: 2 });
  }

  static async open(): Promise<EmbeddedAudio> {
    const audio = new EmbeddedAudio(await mkdtemp(join(tmpdir(), 'pbx400-media-')));
    await audio.engine.start();
    return audio;
  }

  async endpoint(options: Partial<EndpointOptions> = {}): Promise<MediaEndpoint> {
    const endpoint = await this.engine.createEndpoint({ callId: 'c1', ...options });
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  async phone(options: RtpPhoneOptions = {}): Promise<RtpPhone> {
    const phone = await RtpPhone.open(options);
    this.#phones.push(phone);
    return phone;
  }

  /** A phone that called in, offer and answer done. `lines`: more of its SDP. */
  async call(
    options: Partial<EndpointOptions> = {},
    phoneOptions: RtpPhoneOptions = {},
    lines: string[] = [],
  ) {
    const endpoint = await this.endpoint(options);
    const peer = await this.phone(phoneOptions);
    peer.aim(await endpoint.answer(peer.sdp({ lines })));
    const digits: string[] = [];
    endpoint.events.on('digit', ({ digit }) => digits.push(digit));
    return { endpoint, peer, digits };
  }

  /** A WAV file of one tone. */
  async tonePrompt(name: string, hz: number, ms: number): Promise<string> {
    const samples = new Int16Array(ms * 8);
    addSines(samples, [hz], -10);
    const file = join(this.folder, name);
    await writeFile(file, writeWav([samples]));
    return file;
  }

  /** Ends all calls of a test; fails when an endpoint is left. */
  async hangUp(): Promise<void> {
    await Promise.all(this.#endpoints.splice(0).map((endpoint) => endpoint.close()));
    for (const phone of this.#phones.splice(0)) phone.close();
    expect(this.engine.load().endpoints).toBe(0);
  }

  /** Fails when a worker had to report a fault. */
  async close(): Promise<void> {
    await this.engine.close();
    expect(this.#faults).toEqual([]);
  }
}
