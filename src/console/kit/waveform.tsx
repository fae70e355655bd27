import { type RefObject, useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import type { AudioPeaks } from '../api/types.ts';
import { useLook } from '../look.tsx';
import { NONCE } from '../nonce.ts';

/** Levels are of a byte. */
const LOUDEST = 128;
/** Each channel's tone: who called, who serves him. */
const TONES = ['cyan', 'blue'] as const;

export interface WaveformProps {
  readonly peaks: AudioPeaks;
  /** What plays it. */
  readonly media: HTMLAudioElement;
  /** Pixels of one channel. */
  readonly height: number;
  /** Set to what goes to a second, also before any audio was fetched. */
  readonly seek: RefObject<((seconds: number) => void) | undefined>;
  /** It is at another moment now. */
  readonly moved: (seconds: number) => void;
}

/** The levels of a recording, each channel on its own line; a click goes there. Drawn from the server's peaks: the audio is not fetched for it. */
export default function Waveform({ peaks, media, height, seek, moved }: WaveformProps) {
  const place = useRef<HTMLDivElement>(null);
  const { mode } = useLook();
  const tell = useRef(moved);
  tell.current = moved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of another look are others
  useEffect(() => {
    const container = place.current!;
    const colours = getComputedStyle(container);
    const colour = (name: string) => colours.getPropertyValue(name).trim();
    const tones = peaks.channels.map((_, channel) => TONES[channel % TONES.length]!);
    const lines = tones.map((tone) => ({
      waveColor: colour('--wave'),
      progressColor: colour(`--${tone}-ink`),
      height,
    }));
    const drawn = WaveSurfer.create({
      container,
      media,
      peaks: peaks.channels.map(({ min, max }) =>
        max.map((level, piece) => Math.max(level, -min[piece]!) / LOUDEST),
      ),
      duration: peaks.durationMs / 1000,
      splitChannels: lines,
      height,
      cursorColor: colour('--ink'),
      cursorWidth: 1,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      // Low speech is seen as well as loud.
      normalize: true,
      dragToSeek: true,
      hideScrollbar: true,
      cspNonce: NONCE,
    });
    drawn.on('timeupdate', (seconds) => tell.current(seconds));
    drawn.on('ready', () => {
      if (media.currentTime > 0) drawn.setTime(media.currentTime);
    });
    seek.current = (seconds) => drawn.setTime(seconds);
    return () => {
      seek.current = undefined;
      drawn.destroy();
    };
  }, [peaks, media, height, mode, seek]);
  return <div className="waveform" ref={place} aria-hidden />;
}
