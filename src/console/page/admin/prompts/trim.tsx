import CaretRightOutlined from '@ant-design/icons/es/icons/CaretRightOutlined';
import { Button, InputNumber, Slider } from 'antd';
import { useEffect, useId, useMemo } from 'react';
import type { AudioPeaks } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { MakingState } from './making-state.tsx';
import { soundOf } from './sound-of.ts';
import type { Making } from './use-making.ts';
import { promptWords } from './words.ts';

/** A part of a prompt, ms. */
export interface Part {
  readonly fromMs: number;
  readonly toMs: number;
}

interface TrimProps {
  readonly peaks: AudioPeaks;
  readonly part: Part;
  readonly change: (part: Part) => void;
  readonly hear: (part: Part) => void;
  readonly keep: (part: Part) => void;
  readonly close: () => void;
  readonly making: Making;
}

const STEP_MS = 10;
/** A part is so long at least. */
const LEAST_MS = 100;

/** Keeps a part of what callers hear (剪辑); silence at its ends is proposed to go. */
export function Trim({ peaks, part, change, hear, keep, close, making }: TrimProps) {
  const say = useSay(promptWords);
  const id = useId();
  const { durationMs } = peaks;
  const sound = useMemo(() => soundOf(peaks), [peaks]);
  const hasSilence = sound.fromMs > 0 || sound.toMs < durationMs;
  // biome-ignore lint/correctness/useExhaustiveDependencies: proposed once, when it is opened
  useEffect(() => {
    if (hasSilence) change(sound);
  }, []);
  const set = (fromMs: number, toMs: number) => {
    const from = Math.max(0, Math.min(fromMs, durationMs - LEAST_MS));
    change({
      fromMs: Math.round(from),
      toMs: Math.round(Math.min(durationMs, Math.max(toMs, from + LEAST_MS))),
    });
  };
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const isWhole = part.fromMs === 0 && part.toMs >= durationMs;
  return (
    <fieldset className="prompt-trim">
      <legend className="visually-hidden">{say('trimTitle')}</legend>
      <Slider
        range
        min={0}
        max={durationMs}
        step={STEP_MS}
        value={[part.fromMs, part.toMs]}
        tooltip={{ formatter: (ms) => seconds(ms ?? 0) }}
        ariaLabelForHandle={[say('from'), say('to')]}
        onChange={([fromMs, toMs]) => set(fromMs!, toMs!)}
      />
      <p className="faint small">
        {hasSilence
          ? say('silence', {
              from: seconds(sound.fromMs),
              to: seconds(durationMs - sound.toMs),
            })
          : say('trimHelp')}
      </p>
      <div className="prompt-trim-acts">
        <label htmlFor={`${id}-from`}>{say('from')}</label>
        <InputNumber
          id={`${id}-from`}
          min={0}
          max={durationMs / 1000}
          step={0.05}
          precision={2}
          value={part.fromMs / 1000}
          onChange={(value) => set((value ?? 0) * 1000, part.toMs)}
        />
        <label htmlFor={`${id}-to`}>{say('to')}</label>
        <InputNumber
          id={`${id}-to`}
          min={0}
          max={durationMs / 1000}
          step={0.05}
          precision={2}
          value={part.toMs / 1000}
          onChange={(value) => set(part.fromMs, (value ?? durationMs / 1000) * 1000)}
        />
        <Button icon={<CaretRightOutlined />} onClick={() => hear(part)}>
          {say('hear')}
        </Button>
      </div>
      <div className="prompt-trim-acts">
        <span className="grow" />
        <Button disabled={making.isBusy} onClick={close}>
          {say('cancel')}
        </Button>
        <Button type="primary" loading={making.isBusy} disabled={isWhole} onClick={() => keep(part)}>
          {say('keepPart', { s: seconds(part.toMs - part.fromMs) })}
        </Button>
      </div>
      <MakingState making={making} />
    </fieldset>
  );
}
