import type { CallRow } from '../../api/types.ts';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { duration } from '../../kit/format.ts';
import type { ToneName } from '../../tokens.ts';
import { callWords } from './drawer-words.ts';
import { stepText } from './way-text.ts';
import { segmentWords } from './words.ts';

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
  const { language } = useLanguage();
  // In an IVR the owner is what the flow did: a step, as on the call's way.
  const ownerOf = ({ kind, owner }: CallRow['segments'][number]) =>
    kind === 'ivr' ? stepText(owner, language) : owner;
  const total = segments.reduce((sum, { ms }) => sum + ms, 0);
  const spent = segments.filter(({ ms }) => ms > 0);
  const textOf = (segment: CallRow['segments'][number]) =>
    say('segmentAt', {
      kind: sayKind(segment.kind),
      owner: ownerOf(segment),
      start: duration(segment.startMs),
      length: duration(segment.ms),
    });
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
        {spent.map((segment) => (
          <li key={segment.startMs} className={`segment-${TONES[segment.kind] ?? 'grey'}`}>
            {sayKind(segment.kind)} <span className="faint">{ownerOf(segment)}</span>
            <span className="number">{duration(segment.ms)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
