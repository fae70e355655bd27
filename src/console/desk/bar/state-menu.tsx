import CaretDownOutlined from '@ant-design/icons/es/icons/CaretDownOutlined';
import { Button, Dropdown } from 'antd';
import type { ReactNode } from 'react';
import { useLanguage, useSay, useSayOf } from '../../i18n/language.tsx';
import { Running } from '../../kit/moment.tsx';
import { STATE_LOOKS, StatusPill } from '../../kit/status-pill.tsx';
import { stateWords } from '../../kit/words.ts';
import type { Desk } from '../desk-provider.tsx';
import { barWords } from './words.ts';

interface Props {
  readonly desk: Desk;
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
}

/** The own state with its time; a click, or a key, changes it. */
export function StateMenu({ desk, isOpen, setOpen }: Props) {
  const say = useSay(barWords);
  const sayState = useSayOf(stateWords);
  const { language } = useLanguage();
  const { row, acts, pending } = desk;
  const reasonOf = (name: string | null) => {
    const known = row.breakReasons.find((each) => each.name === name);
    return known ? (language === 'en' ? known.en : known.zh) : name;
  };
  const icon = (state: string): ReactNode => STATE_LOOKS[state]?.icon;
  const breaks =
    row.breakReasons.length === 0
      ? [{ key: 'break', icon: icon('break'), label: say('break') }]
      : row.breakReasons.map(({ name }) => ({
          key: `break ${name}`,
          icon: icon('break'),
          label: say('breakFor', { reason: reasonOf(name) ?? name }),
        }));
  const items = [
    { key: 'ready', icon: icon('ready'), label: say('ready') },
    { type: 'divider' as const },
    ...breaks,
    { key: 'busy', icon: icon('busy'), label: say('busy') },
    { key: 'meeting', icon: icon('meeting'), label: say('meeting') },
    { key: 'training', icon: icon('training'), label: say('training') },
    { type: 'divider' as const },
    { key: 'signOut', icon: icon('signed-out'), label: say('signOut') },
  ];
  const choose = (key: string) => {
    setOpen(false);
    if (key === 'signOut') return void acts.signOut();
    const [state, ...reason] = key.split(' ');
    void acts.setState(
      state as Parameters<typeof acts.setState>[0],
      reason.length > 0 ? reason.join(' ') : undefined,
    );
  };
  const { wish } = row;
  return (
    <div className="pb-state">
      <Dropdown
        open={isOpen}
        onOpenChange={setOpen}
        autoFocus
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => choose(key) }}
      >
        <Button
          type="text"
          className="pb-state-button"
          title={say('state', { state: sayState(row.state) })}
          loading={pending.has('setState') || pending.has('signOut')}
        >
          <StatusPill state={row.state} reason={reasonOf(row.reason)} />
          <span aria-hidden>
            <Running since={row.since} />
          </span>
          <CaretDownOutlined aria-hidden />
        </Button>
      </Dropdown>
      {wish && (
        <span className="pb-wish small">
          {say(`wish-${wish.state}` as 'wish-break')}
          {wish.reason && ` · ${reasonOf(wish.reason)}`}
        </span>
      )}
    </div>
  );
}
