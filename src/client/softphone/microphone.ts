import { chosenOrAny } from './chosen-or-any.ts';
import { PhoneError } from './softphone.ts';

/** The microphone with this `deviceId`; that of the browser's choice where none is named, or it is not plugged in. Throws PhoneError. */
export async function openMicrophone(deviceId: string | undefined): Promise<MediaStream> {
  if (!globalThis.isSecureContext || !navigator.mediaDevices)
    throw new PhoneError('insecure', 'browsers give a microphone to pages of HTTPS only');
  const open = (named: string | undefined) =>
    navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        ...(named === undefined ? {} : { deviceId: { exact: named } }),
      },
      video: false,
    });
  try {
    return await chosenOrAny(deviceId, open);
  } catch (error) {
    throw new PhoneError('microphone', (error as Error).message, { cause: error });
  }
}

/** Whether one with this `deviceId` is plugged in. */
export async function hasMicrophone(deviceId: string): Promise<boolean> {
  const found = await navigator.mediaDevices.enumerateDevices();
  return found.some((each) => each.kind === 'audioinput' && each.deviceId === deviceId);
}

/** The loudest that a microphone hears within so long, 0 to 1. Throws PhoneError. */
export async function loudestOf(deviceId: string | undefined, lastsMs: number): Promise<number> {
  const stream = await openMicrophone(deviceId);
  const audio = new AudioContext();
  try {
    const ear = new AnalyserNode(audio, { fftSize: 2048 });
    audio.createMediaStreamSource(stream).connect(ear);
    const samples = new Float32Array(ear.fftSize);
    let loudest = 0;
    for (const until = performance.now() + lastsMs; performance.now() < until; ) {
      ear.getFloatTimeDomainData(samples);
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
      await new Promise((done) => setTimeout(done, 50));
    }
    return loudest;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    await audio.close();
  }
}
