import { Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import { EntityDrawer } from '../../../kit/entity/entity-drawer.tsx';
import type { AddProps } from '../../../kit/entity/entity-tab.ts';
import { useForm, useWords } from '../../../kit/entity/kinds.ts';
import type { Fields } from '../../../kit/entity/tree.ts';
import { valueText } from '../../../kit/entity/value-text.ts';
import { entityWords } from '../../../kit/entity/words.ts';
import { profileWords } from './profile-words.ts';
import { GROUPS, PROFILES, type ProfileName } from './profiles.ts';
import './trunks.css';

/** A new trunk: filled in for a carrier or a gateway (中继模板), then its form. */
export default function NewTrunk({ close, made }: AddProps) {
  const say = useSay(profileWords);
  const [profile, setProfile] = useState<ProfileName>('telecom');
  const [preset, setPreset] = useState<Fields>();
  if (preset)
    return <EntityDrawer kind="trunk" entityKey={undefined} preset={preset} close={close} made={made} />;
  return (
    <Modal
      open
      width={760}
      title={say('title')}
      onCancel={close}
      footer={[
        <Button key="blank" onClick={() => setPreset({})}>
          {say('blank')}
        </Button>,
        <Button key="next" type="primary" onClick={() => setPreset(PROFILES[profile].values)}>
          {say('next')}
        </Button>,
      ]}
    >
      <p className="faint">{say('text')}</p>
      <div className="profiles">
        <Radio.Group
          className="profiles-list"
          aria-label={say('title')}
          value={profile}
          onChange={({ target }) => setProfile(target.value as ProfileName)}
        >
          {GROUPS.map((group) => (
            <div key={group} className="profiles-group">
              <p className="faint small">{say(group)}</p>
              {Object.entries(PROFILES)
                .filter(([, one]) => one.group === group)
                .map(([name]) => (
                  <Radio key={name} value={name}>
                    {say(name as ProfileName)}
                  </Radio>
                ))}
            </div>
          ))}
        </Radio.Group>
        <Told profile={profile} />
      </div>
    </Modal>
  );
}

/** What a profile fills in, in the words of the form; what the engine does by itself; what is left. */
function Told({ profile }: { readonly profile: ProfileName }) {
  const say = useSay(profileWords);
  const sayEntity = useSay(entityWords);
  const speak = useWords();
  const { form } = useForm('trunk');
  const { group, values } = PROFILES[profile];
  const rewrite = 'rewrite' in values ? values.rewrite : undefined;
  const set = (form?.fields ?? []).flatMap((node) => {
    const value = (values as Fields)[node.name];
    if (value === undefined || node.name === 'rewrite') return [];
    return [[speak(node.field.label), valueText(node, value, sayEntity, speak)] as const];
  });
  return (
    <div className="profiles-told" aria-live="polite">
      <p>{say(`${profile}-text`)}</p>
      <p className="faint small">{say('sets')}</p>
      <ul>
        {set.map(([label, value]) => (
          <li key={label}>
            {label}: {value}
          </li>
        ))}
        {rewrite && (
          <li>{say('rules', { called: rewrite.calledOut.length, caller: rewrite.callerOut.length })}</li>
        )}
      </ul>
      <p className="faint small">{say('itself')}</p>
      <p>{say(`itself-${group}`)}</p>
      <p className="faint small">{say('yours')}</p>
      <p>{say(`yours-${group}`)}</p>
    </div>
  );
}
