import { NavLink } from 'react-router';
import { useSay } from '../../i18n/language.tsx';
import { checkWords } from './check-words.ts';
import { useChecks, useReminder } from './use-checks.ts';

/** Stands in administration until all is done, or somebody does not want to be reminded. */
export default function ChecklistLink() {
  const say = useSay(checkWords);
  const checks = useChecks();
  const { isWanted } = useReminder();
  const done = checks?.filter(({ isDone }) => isDone).length;
  if (!checks || done === checks.length || !isWanted) return null;
  return (
    <NavLink to="/setup/checklist" className="menu-link">
      {say('linkTo', { done: done ?? 0, all: checks.length })}
    </NavLink>
  );
}
