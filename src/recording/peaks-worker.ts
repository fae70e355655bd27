/** Thread that reads a file of audio for its peaks: no call waits for it. What is no WAV is read by ffmpeg. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { decode, type G711, PCMA, PCMU } from '../rtp/g711.ts';
import { readWavLayout } from '../rtp/wav.ts';
import { PeakFolder, type Peaks } from './peak-folder.ts';

/** The samples of a WAV begin within so many bytes. */
const HEAD_BYTES = 64 * 1024;
/** Of what ffmpeg reads. */
const RATE = 8_000;

const { file } = workerData as { readonly file: string };

async function ofWav(): Promise<Peaks> {
  const handle = await open(file);
  const head = Buffer.alloc(HEAD_BYTES);
  let layout: ReturnType<typeof readWavLayout>;
  try {
    const { size } = await handle.stat();
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    layout = readWavLayout(head.subarray(0, bytesRead), size);
  } finally {
    await handle.close();
  }
  const { format, channels, sampleRate, dataStart, dataBytes } = layout;
  const folder = new PeakFolder(channels, sampleRate);
  if (dataBytes === 0) return folder.peaks;
  const stream = createReadStream(file, { start: dataStart, end: dataStart + dataBytes - 1 });
  const frameBytes = channels * (format === 'pcm16' ? 2 : 1);
  for await (const bytes of framesOf(stream, frameBytes)) {
    folder.add(format === 'pcm16' ? samplesOf(bytes) : decoded(bytes, format === 'alaw' ? PCMA : PCMU));
  }
  return folder.peaks;
}

async function byFfmpeg(): Promise<Peaks> {
  const input = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1', '-i', `file:${file}`];
  const output = ['-map', '0:a', '-ac', '2', '-ar', String(RATE), '-f', 's16le', 'pipe:1'];
  const child = spawn('ffmpeg', [...input, ...output], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const folder = new PeakFolder(2, RATE);
  const read = (async () => {
    for await (const bytes of framesOf(child.stdout, 4)) folder.add(samplesOf(bytes));
  })();
  const [code] = await Promise.all([ended, read]);
  if (code !== 0) throw new Error(`ffmpeg could not read it (${code})`);
  return folder.peaks;
}

/** Whole frames of what comes. */
async function* framesOf(stream: AsyncIterable<Buffer>, frameBytes: number): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % frameBytes);
    yield bytes.subarray(0, whole);
    rest = Buffer.from(bytes.subarray(whole));
  }
}

function decoded(codes: Buffer, law: G711): Int16Array {
  const samples = new Int16Array(codes.length);
  decode(law, codes, 0, codes.length, samples, 0);
  return samples;
}

function samplesOf(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length / 2);
  for (let index = 0; index < samples.length; index++) samples[index] = bytes.readInt16LE(index * 2);
  return samples;
}

parentPort!.postMessage(file.endsWith('.wav') ? await ofWav() : await byFfmpeg());
