import { type ComponentType, createContext, useContext } from 'react';
import type { FieldNode } from './tree.ts';

export interface InputProps {
  readonly node: FieldNode;
  /** JSON pointer. */
  readonly pointer: string;
  readonly value: unknown;
  readonly change: (value: unknown) => void;
}

/** With the id that its label names. */
export interface OwnInputProps extends InputProps {
  readonly id: string;
}

export interface Fault {
  readonly text: string;
  /** In the words of the server. */
  readonly detail?: string | undefined;
}

/** What the inputs of a form are told by it. */
export interface FormContext {
  readonly isReadOnly: boolean;
  /** By JSON pointer. */
  readonly faults: ReadonlyMap<string, Fault>;
  /** The entity has been made: secrets of it may be set. */
  readonly isMade: boolean;
  /** What it is called by, where a field says nothing. */
  readonly keyLabel: string;
  readonly ownKey: string;
  /** What fields that hold others draw those with. */
  readonly parts: {
    readonly Field: ComponentType<InputProps>;
    readonly FieldInput: ComponentType<OwnInputProps>;
  };
}

const Context = createContext<FormContext | undefined>(undefined);

export const FormProvider = Context.Provider;

export function useFormContext(): FormContext {
  const context = useContext(Context);
  if (!context) throw new Error('outside of a form');
  return context;
}
