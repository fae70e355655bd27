/** The nonce of this page, which every style that is made while it runs has (Content Security Policy). */
export const NONCE = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// antd's dialogs make two styles without the nonce that they were told: scroll bars are measured, and the page behind stands still.
const create = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = NONCE;
  return element;
}) as typeof document.createElement;
