import { useSay } from '../../i18n/language.tsx';
import { count, percent } from '../../kit/format.ts';
import type { FlowText } from './flow-text.ts';
import type { Spot } from './model/tree.ts';
import { callsText, type Overlay } from './overlay.ts';
import { flowWords } from './words.ts';

interface ExitsProps {
  readonly spot: Spot;
  readonly overlay: Overlay;
  readonly text: FlowText;
}

/** How many calls came to a node, and by which of its ways they left it. */
export function Exits({ spot, overlay, text }: ExitsProps) {
  const say = useSay(flowWords);
  const callsAt = (key: string) => overlay.now.counts.get(key) ?? 0;
  const came = callsAt(spot.pointer);
  const left = spot.branches.reduce((sum, { pointer }) => sum + callsAt(pointer), 0);
  const share = (calls: number) => (came === 0 ? '' : percent(calls / came));
  return (
    <section className="node-exits" aria-label={say('exits')}>
      <h3>{say('exits')}</h3>
      <p>{say('cameHere', { n: callsText(overlay, spot.pointer) })}</p>
      {spot.branches.length > 0 && (
        <table>
          <tbody>
            {spot.branches.map(({ pointer, branch }) => (
              <tr key={pointer} className={callsAt(pointer) === 0 ? 'faint' : undefined}>
                <th scope="row">{text.branch(branch)}</th>
                <td>
                  {callsAt(pointer) === 0 && !overlay.before ? say('noCalls') : callsText(overlay, pointer)}
                </td>
                <td>{share(callsAt(pointer))}</td>
              </tr>
            ))}
            <tr className="faint">
              <th scope="row">{say('otherExits')}</th>
              <td>{count(Math.max(0, came - left))}</td>
              <td>{share(Math.max(0, came - left))}</td>
            </tr>
          </tbody>
        </table>
      )}
    </section>
  );
}
