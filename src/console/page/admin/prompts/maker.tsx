import { Segmented } from 'antd';
import { useState } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import { ByMicrophone } from './by-microphone.tsx';
import { ByPhone } from './by-phone.tsx';
import { BySpeech } from './by-speech.tsx';
import { ByUpload } from './by-upload.tsx';
import { MakingState } from './making-state.tsx';
import type { Place } from './prompt-data.ts';
import { type Making, useMaking } from './use-making.ts';
import { promptWords } from './words.ts';
import './prompts.css';

const WAYS = {
  speech: BySpeech,
  upload: ByUpload,
  phone: ByPhone,
  microphone: ByMicrophone,
} as const;
type Way = keyof typeof WAYS;

interface MakerProps {
  readonly place: Place;
  readonly text: string;
  readonly isHeld?: boolean;
  readonly made?: () => void;
}

/** Makes what callers hear: of a text, a file, or somebody's voice. */
export function Maker({ place, text, isHeld = false, made }: MakerProps) {
  const say = useSay(promptWords);
  const [way, setWay] = useState<Way>('speech');
  const making = useMaking(place, made);
  const phoneStep = ({ wish, job }: Making) => {
    if (wish?.to !== 'recording' || job?.state !== 'running') return undefined;
    const steps = ['phoneRings', 'phoneRecords', 'phonePlays'] as const;
    const step = steps[job.done];
    return step && say(step);
  };
  const View = WAYS[way];
  return (
    <div className="prompt-maker">
      <Segmented<Way>
        aria-label={say('way')}
        value={way}
        disabled={making.isBusy}
        onChange={setWay}
        options={(Object.keys(WAYS) as Way[]).map((value) => ({ value, label: say(value) }))}
      />
      <View place={place} making={making} text={text} isHeld={isHeld} />
      <MakingState making={making} text={phoneStep(making)} />
    </div>
  );
}
