import type { ComponentType, LazyExoticComponent } from 'react';
import type { Permission } from '../../api/types.ts';
import type { Entity } from './kinds.ts';
import type { Fields } from './tree.ts';

/** What a tab of the drawer is given of the entity that is open in it. */
export interface EntityTabProps {
  /** As it is saved. */
  readonly entity: Entity;
  readonly entityKey: string;
  /** As it is edited; what is not saved is among it. */
  readonly value: Fields;
  /** Edits it: as if written into the form. */
  readonly change: (next: Fields) => void;
  /** May who looks at it save it? Of a file's nobody may. */
  readonly mayChange: boolean;
}

/** A tab that one kind has in its drawer. */
export interface EntityTab {
  readonly key: string;
  readonly label: { readonly en: string; readonly zh: string };
  /** Stands before the settings, and is open at first. */
  readonly isFirst?: boolean;
  /** Without this right it is not there. */
  readonly needs?: Permission;
  readonly View: LazyExoticComponent<ComponentType<EntityTabProps>>;
}

/** What makes a new one is given. */
export interface AddProps {
  readonly close: () => void;
  /** It is there, under that key. */
  readonly made: (key: string) => void;
}
