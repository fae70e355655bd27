import { Alert, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useMay } from '../../../api/session.tsx';
import { useLanguage, useSay } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { useFilters } from '../../../kit/filters.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { Current } from './current.tsx';
import { languageName } from './language-name.ts';
import { Maker } from './maker.tsx';
import { type Place, useVersions } from './prompt-data.ts';
import { Versions } from './versions.tsx';
import { promptWords } from './words.ts';
import './prompts.css';

/** Languages that callers of hotlines speak, to be chosen from. */
const OFFERED = ['en', 'yue', 'zh-CN', 'zh-TW', 'ja', 'ko', 'ru', 'ug', 'bo', 'mn'];
/** Which language is looked at stands in the address: what is made is seen in its place. */
const PARAM = 'sound';

/** What callers hear of a prompt (提示音), how it is made anew, and what it was. */
export default function SoundTab({ entity, entityKey: name, mayChange }: EntityTabProps) {
  const say = useSay(promptWords);
  const { language: spoken } = useLanguage();
  const { params, set } = useFilters();
  const mayFollow = useMay('job:read');
  const recorded = Object.keys((entity['languages'] as object | undefined) ?? {});
  const chosen = params.get(PARAM) ?? undefined;
  const [added, setAdded] = useState<string | undefined>(chosen);
  const languages = [...new Set([...recorded, ...(added ? [added] : []), ...(chosen ? [chosen] : [])])];
  const place: Place = { name, language: chosen };
  const versions = useVersions(place);
  const more = OFFERED.filter((each) => !languages.includes(each));
  const isOfFile = entity.meta.owner === 'file';
  const text = chosen === undefined ? entity['text'] : undefined;
  return (
    <div className="prompt-sound">
      {isOfFile && <Alert type="info" showIcon title={say('ofFile', { file: entity.meta.file ?? '' })} />}
      {(languages.length > 0 || mayChange) && (
        <div className="prompt-languages">
          <Segmented
            aria-label={say('language')}
            value={chosen ?? ''}
            onChange={(value) => set({ [PARAM]: value || undefined })}
            options={[
              { value: '', label: say('usual') },
              ...languages.map((value) => ({ value, label: languageName(value, spoken) })),
            ]}
          />
          {mayChange && (
            <Select
              className="prompt-add-language"
              aria-label={say('addLanguage')}
              placeholder={say('addLanguage')}
              value={null}
              options={more.map((value) => ({ value, label: languageName(value, spoken) }))}
              onChange={(value: string | null) => {
                if (!value) return;
                setAdded(value);
                set({ [PARAM]: value });
              }}
            />
          )}
          <span className="faint small">{say(chosen === undefined ? 'usualHelp' : 'languageHelp')}</span>
        </div>
      )}
      {versions.isPending && <Loading lines={6} />}
      {versions.isError && <Failed error={versions.error} retry={() => void versions.refetch()} />}
      {versions.data && (
        <>
          <Current
            key={`now ${chosen}`}
            place={place}
            version={versions.data.find(({ isCurrent }) => isCurrent)}
            file={fileOf(entity, chosen)}
            mayChange={mayChange && mayFollow}
          />
          {mayChange && mayFollow && (
            <section aria-label={say('replace')} className="prompt-section">
              <h2>{say(versions.data.length > 0 ? 'replace' : 'make')}</h2>
              <Maker key={`make ${chosen}`} place={place} text={typeof text === 'string' ? text : ''} />
            </section>
          )}
          <Versions key={`versions ${chosen}`} place={place} versions={versions.data} mayChange={mayChange} />
        </>
      )}
    </div>
  );
}

function fileOf(entity: EntityTabProps['entity'], language: string | undefined): string {
  const named =
    language === undefined ? entity['file'] : (entity['languages'] as Record<string, string>)?.[language];
  return typeof named === 'string' ? named : '';
}
