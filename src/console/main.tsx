import { beginWithTalk } from './desk/waiting-talk.ts';
import './base.css';

// Small, so that it runs first: who talked when this page was loaded anew waits for his phone, not for what is drawn.
void beginWithTalk()
  .then(() => import('./draw.tsx'))
  .then(({ draw }) => draw(document.getElementById('root')!));
