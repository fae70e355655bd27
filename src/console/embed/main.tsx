import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EmbeddedBar } from './embedded-bar.tsx';
import { ParentPage } from './parent.ts';
import '../base.css';

const { content = '' } = document.querySelector<HTMLMetaElement>('meta[name="pbx400-origins"]') ?? {};
const page = new ParentPage(content.split(' ').filter((origin) => origin !== ''));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <EmbeddedBar page={page} />
  </StrictMode>,
);
