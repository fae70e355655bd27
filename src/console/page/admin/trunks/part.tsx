import type { ReactNode } from 'react';
import './trunks.css';

/** A part of a tab, with its title. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="trunk-part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
