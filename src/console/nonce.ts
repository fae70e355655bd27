/** The nonce of this page, which every style that is made while it runs has (Content Security Policy). */
export const NONCE = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// antd's dialogs make two styles without the nonce that they were told: scroll bars are measured, and the page behind stands still.
const create = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = NONCE;
  return element;
}) as typeof document.createElement;

// Icons hold an empty style of SVG, which React makes by name space.
const createIn = document.createElementNS.bind(document) as (
  space: string | null,
  name: string,
  options?: ElementCreationOptions | string,
) => Element;
document.createElementNS = ((
  space: string | null,
  name: string,
  options?: ElementCreationOptions | string,
) => {
  const element = createIn(space, name, options);
  if (element instanceof SVGStyleElement) element.nonce = NONCE;
  return element;
}) as typeof document.createElementNS;
