import { Alert } from 'antd';
import type { OutageRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { OutagePeak, useOutages } from '../../../kit/outage/outage-peak.tsx';
import { outageWords } from '../../../kit/outage/words.ts';

const DAY_MS = 86_400_000;
/** Of those that were late, that are named. */
const NAMED = 5;

/** What stands over the list of outages: those that were published late, and peak mode where many places are out. */
export default function Outages() {
  const say = useSay(outageWords);
  const late = [...useOutages('in-force'), ...useOutages('planned')].filter((each) => each.late);
  const textOf = ({ title, name, from, publishedAt }: OutageRow) => {
    const days = Math.floor((Date.parse(from) - Date.parse(publishedAt!)) / DAY_MS);
    return say(days > 0 ? 'lateOf' : 'lateNone', { title: title || name, days });
  };
  return (
    <>
      <OutagePeak />
      {late.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={say('late', { n: late.length })}
          description={late.slice(0, NAMED).map((each) => <div key={each.name}>{textOf(each)}</div>)}
        />
      )}
    </>
  );
}
