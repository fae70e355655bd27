import { Alert, Button, Input, Select } from 'antd';
import { useId, useState } from 'react';
import { useLanguage, useSay } from '../../../i18n/language.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { languageName } from './language-name.ts';
import { useSpeech } from './prompt-data.ts';
import type { WayProps } from './way-props.ts';
import { promptWords } from './words.ts';

const MOST = 3_000;
/** Spoken where nobody has chosen. */
const USUAL = ['zh-CN', 'yue', 'en', 'ja', 'ko'];

/** A text is said (TTS). */
export function BySpeech({ place, making, text: known, isHeld }: WayProps) {
  const say = useSay(promptWords);
  const id = useId();
  const { language: spoken } = useLanguage();
  const speech = useSpeech(place.name);
  const [text, setText] = useState(known);
  const [chosen, setChosen] = useState<string>();
  const [voice, setVoice] = useState<string>();
  if (speech.isPending) return <Loading lines={4} />;
  if (speech.isError) return <Failed error={speech.error} retry={() => void speech.refetch()} />;
  const { voices } = speech.data;
  const languages = speech.data.languages ?? USUAL;
  if (languages.length === 0) return <Alert type="info" showIcon title={say('noSpeech')} />;
  const language =
    chosen ??
    (place.language !== undefined && languages.includes(place.language) ? place.language : languages[0]!);
  return (
    <form
      className="prompt-form"
      onSubmit={(event) => {
        event.preventDefault();
        making.begin({ to: 'speech', body: { text: text.trim(), language, ...(voice && { voice }) } });
      }}
    >
      <div className="prompt-field">
        <label htmlFor={`${id}-text`}>{say('text')}</label>
        <Input.TextArea
          id={`${id}-text`}
          rows={3}
          maxLength={MOST}
          showCount
          placeholder={say('textHint')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="prompt-row">
        <div className="prompt-field">
          <label htmlFor={`${id}-language`}>{say('spoken')}</label>
          <Select
            id={`${id}-language`}
            value={language}
            options={languages.map((value) => ({ value, label: languageName(value, spoken) }))}
            onChange={setChosen}
          />
        </div>
        <div className="prompt-field">
          <label htmlFor={`${id}-voice`}>{say('voice')}</label>
          {voices ? (
            <Select
              id={`${id}-voice`}
              value={voice ?? voices[0] ?? null}
              options={voices.map((value) => ({ value, label: voiceName(value, say) }))}
              onChange={(value) => setVoice(value ?? undefined)}
            />
          ) : (
            <Input
              id={`${id}-voice`}
              maxLength={64}
              placeholder={say('voiceName')}
              value={voice ?? ''}
              onChange={({ target }) => setVoice(target.value || undefined)}
            />
          )}
        </div>
        <Button
          type="primary"
          htmlType="submit"
          disabled={isHeld || text.trim() === '' || making.isBusy}
          loading={making.isBusy}
        >
          {say('speak')}
        </Button>
      </div>
    </form>
  );
}

/** Of espeak-ng: f1 is a woman's. */
function voiceName(
  voice: string,
  say: (key: 'woman' | 'man', values: { readonly n: string }) => string,
): string {
  const [, kind, n] = /^([fm])(\d)$/.exec(voice) ?? [];
  return kind === undefined ? voice : say(kind === 'f' ? 'woman' : 'man', { n: n! });
}
