import { useLocation } from 'react-router';
import { FlowList } from './flow-list.tsx';
import { OpenFlow } from './open-flow.tsx';
import './flows.css';

/** Flows of hotlines (热线流程): all of them, or the one that the address names. */
export default function Flows() {
  const { pathname } = useLocation();
  const number = decodeURIComponent(pathname.split('/')[2] ?? '');
  return number === '' ? <FlowList /> : <OpenFlow key={number} number={number} />;
}
