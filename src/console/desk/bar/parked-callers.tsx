import RollbackOutlined from '@ant-design/icons/es/icons/RollbackOutlined';
import { Button } from 'antd';
import { useSay } from '../../i18n/language.tsx';
import { phoneNumber } from '../../kit/format.ts';
import { Running } from '../../kit/moment.tsx';
import type { Desk } from '../desk-provider.tsx';
import { barWords } from './words.ts';

/** Callers whom he has parked (驻留), each taken back by a click: a phone in the page dials no code for it. */
export function ParkedCallers({ desk: { row, acts, pending } }: { readonly desk: Desk }) {
  const say = useSay(barWords);
  return row.parked.map(({ slot, number, since }) => (
    <Button
      key={slot}
      className="pb-parked"
      icon={<RollbackOutlined aria-hidden />}
      loading={pending.has('takeBack')}
      title={say('takeBackSlot', { slot })}
      onClick={() => void acts.takeBack(slot)}
    >
      {number === '' ? say('takeBack') : say('takeBackOf', { number: phoneNumber(number) })}{' '}
      <Running since={since} />
    </Button>
  ));
}
