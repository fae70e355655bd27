/** Nothing has this `deviceId` (W3C mediacapture-streams, getUserMedia). */
const GONE: ReadonlySet<string> = new Set(['NotFoundError', 'OverconstrainedError']);

/** Opens the device that was chosen; that of the browser's choice where none was, or it is not plugged in. Rejects as `open` does. */
export async function chosenOrAny<Opened>(
  deviceId: string | undefined,
  open: (deviceId: string | undefined) => Promise<Opened>,
): Promise<Opened> {
  try {
    return await open(deviceId);
  } catch (error) {
    // The headset of yesterday: a talk by another one is better than none.
    if (deviceId !== undefined && GONE.has((error as Error).name)) return open(undefined);
    throw error;
  }
}
