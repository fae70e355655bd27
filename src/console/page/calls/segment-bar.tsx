import type { CallRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { duration } from '../../kit/format.ts';
import type { ToneName } from '../../tokens.ts';
import { callWords, segmentWords } from './words.ts';

const TONES: Readonly<Record<string, ToneName>> = {
  ivr: 'cyan',
  queue: 'amber',
  ring: 'orange',
  talk: 'blue',
  hold: 'violet',
  consult: 'violet',
  conference: 'blue',
  survey: 'green',
  voicemail: 'green',
};

/** A call's seconds, each with its one owner: as a bar to scale, and as a list to read. */
export function SegmentBar({ segments }: { readonly segments: CallRow['segments'] }) {
  const say = useSay(callWords);
  const sayKind = useSayOf(segmentWords);
  const total = segments.reduce((sum, { ms }) => sum + ms, 0);
  const spent = segments.filter(({ ms }) => ms > 0);
  const textOf = ({ kind, owner, startMs, ms }: CallRow['segments'][number]) =>
    say('segmentAt', { kind: sayKind(kind), owner, start: duration(startMs), length: duration(ms) });
  const isWide = (ms: number) => ms / Math.max(1, total) > 0.12;
  return (
    <>
      <div
        className="segments"
        role="img"
        aria-label={say('timelineLabel', { list: spent.map(textOf).join('; ') })}
      >
        {spent.map((segment) => (
          <span
            key={segment.startMs}
            className={`segment-${TONES[segment.kind] ?? 'grey'}`}
            style={{ flexGrow: segment.ms, flexBasis: 0, ...(!isWide(segment.ms) && { padding: 0 }) }}
            title={textOf(segment)}
          >
            {isWide(segment.ms) && `${sayKind(segment.kind)} ${duration(segment.ms)}`}
          </span>
        ))}
      </div>
      <ol className="segment-list">
        {spent.map(({ kind, owner, startMs, ms }) => (
          <li key={startMs} className={`segment-${TONES[kind] ?? 'grey'}`}>
            {sayKind(kind)} <span className="faint">{owner}</span>
            <span className="number">{duration(ms)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
