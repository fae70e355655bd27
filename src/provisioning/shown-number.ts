import Type from 'typebox';

const shown = { pattern: '^(?:trunk|own|\\d{3,20})$', hint: 'trunk, own or a number such as 4001234567' };

/**
 * What calls out show (外显号码): `trunk`, the number of the line that they go over; `own`, that of the extension; a number of the
 * company's, such as its 400 number.
 */
export const shownNumber = () => Type.Optional(Type.String(shown));

/** The same with `trunk` where nothing is written. */
export const shownByDefault = () => Type.String({ ...shown, default: 'trunk' });
