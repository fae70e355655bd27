import { PhoneError } from './softphone.ts';

/** The microphone with this `deviceId`, or that of the browser's choice. Throws PhoneError. */
export async function openMicrophone(deviceId: string | undefined): Promise<MediaStream> {
  if (!globalThis.isSecureContext || !navigator.mediaDevices)
    throw new PhoneError('insecure', 'browsers give a microphone to pages of HTTPS only');
  const audio = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
  };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio, video: false });
  } catch (error) {
    throw new PhoneError('microphone', (error as Error).message, { cause: error });
  }
}
