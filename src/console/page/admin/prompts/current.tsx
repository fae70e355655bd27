import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import ScissorOutlined from '@ant-design/icons/es/icons/ScissorOutlined';
import SoundOutlined from '@ant-design/icons/es/icons/SoundOutlined';
import { Button } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { pathOf } from '../../../api/ask.ts';
import { useSession } from '../../../api/session.tsx';
import type { AudioPeaks, PromptVersionRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { dateTime, duration } from '../../../kit/format.ts';
import { Player, type PlayerHandle } from '../../../kit/player.tsx';
import { Empty } from '../../../kit/states.tsx';
import { MakingState } from './making-state.tsx';
import { type Place, promptPath, useLevel } from './prompt-data.ts';
import { type Part, Trim } from './trim.tsx';
import { useMaking } from './use-making.ts';
import { promptWords } from './words.ts';

interface CurrentProps {
  readonly place: Place;
  /** Undefined: it is not recorded. */
  readonly version: PromptVersionRow | undefined;
  /** What the prompt names; empty: none. */
  readonly file: string;
  readonly mayChange: boolean;
}

/** What callers hear now: heard, measured, trimmed. */
export function Current({ place, version, file, mayChange }: CurrentProps) {
  const say = useSay(promptWords);
  if (!version)
    return (
      <Empty icon={<SoundOutlined />} title={say(file ? 'noAudio' : 'none')}>
        {file ? say('noAudioText', { file }) : say('noneText')}
      </Empty>
    );
  return <Heard key={version.version} place={place} version={version} file={file} mayChange={mayChange} />;
}

/** Louder or quieter by less nobody hears. */
const HEARD_LU = 2;

function Heard({ place, version, file, mayChange }: CurrentProps & { readonly version: PromptVersionRow }) {
  const say = useSay(promptWords);
  const { zone } = useSession();
  const { name, language } = place;
  const player = useRef<PlayerHandle>(null);
  const [peaks, setPeaks] = useState<AudioPeaks>();
  const [part, setPart] = useState<Part>();
  const level = useLevel(place, version.version);
  const making = useMaking(place, () => setPart(undefined));
  const query = { language, version: version.version };
  const drawn = useCallback((found: AudioPeaks) => setPeaks(found), []);
  const lengthMs = peaks?.durationMs ?? Math.round(version.durationMs);
  const off = level.data && level.data.loudness - level.data.target;
  const isOff = off !== undefined && Math.abs(off) > HEARD_LU;
  return (
    <section aria-label={say('now')} className="prompt-section">
      <h2>{say('now')}</h2>
      <Player
        ref={player}
        label={say('player', { name })}
        path={promptPath(name)}
        query={query}
        durationMs={version.durationMs}
        part={part}
        drawn={drawn}
        acts={
          <>
            {mayChange && !part && (
              <Button
                size="small"
                type="text"
                icon={<ScissorOutlined />}
                disabled={!peaks}
                onClick={() => setPart({ fromMs: 0, toMs: lengthMs })}
              >
                {say('trim')}
              </Button>
            )}
            <Button
              size="small"
              type="text"
              icon={<DownloadOutlined />}
              aria-label={say('download')}
              title={say('download')}
              href={pathOf(`${promptPath(name)}/audio`, { ...query, download: true })}
            />
          </>
        }
      />
      {part && peaks && (
        <Trim
          peaks={peaks}
          part={part}
          change={setPart}
          hear={(chosen) => player.current?.playPart(chosen.fromMs, chosen.toMs)}
          making={making}
          keep={(chosen) => making.begin({ to: 'trim', body: { version: version.version, ...chosen } })}
          close={() => setPart(undefined)}
        />
      )}
      <p className="faint small">
        {say('facts', {
          length: duration(version.durationMs),
          by: version.by ?? say('somebody'),
          at: dateTime(version.madeAt, zone),
        })}
        {file && ` · ${say('file', { file })}`}
      </p>
      {level.data && (
        <div className="prompt-level small">
          <span className="faint">
            {say('loudness', { n: level.data.loudness.toFixed(1), peak: level.data.peak.toFixed(1) })}
          </span>
          <span className={isOff ? 'prompt-off' : 'faint'}>
            {say(!isOff ? 'even' : off < 0 ? 'tooQuiet' : 'tooLoud')}
          </span>
          {isOff && mayChange && (
            <Button
              size="small"
              disabled={making.isBusy}
              onClick={() =>
                making.begin({ to: 'trim', body: { version: version.version, fromMs: 0, toMs: lengthMs } })
              }
            >
              {say('setLevel', { n: level.data.target })}
            </Button>
          )}
        </div>
      )}
      {!part && <MakingState making={making} />}
    </section>
  );
}
