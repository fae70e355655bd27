import { Button } from 'antd';
import { useState } from 'react';
import type { Query } from '../../api/ask.ts';
import { useMay } from '../../api/session.tsx';
import type { KindRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { EditDialog } from '../../kit/bulk/edit-dialog.tsx';
import { useEditFields } from '../../kit/bulk/edit-fields.tsx';
import { editWords } from '../../kit/bulk/edit-words.ts';
import { useChoosing } from '../../kit/choose/use-choosing.tsx';
import { type Entity, useForm } from '../../kit/entity/kinds.ts';
import type { List } from '../../kit/use-list.ts';

/** Kinds whose entities come and go one by one. */
const ONE_BY_ONE: ReadonlySet<string> = new Set(['tenant', 'reseller', 'segments', 'holidays']);

interface ManyOf {
  readonly kind: KindRow;
  readonly title: string;
  readonly resource: string;
  readonly list: List<Entity>;
  readonly filter: Query;
  readonly changed: () => Promise<void>;
}

/** Rows of a kind that are changed, or deleted, together. */
export function useMany({ kind, title, resource, list, filter, changed }: ManyOf) {
  const say = useSay(editWords);
  const mayAll = useMay('change:create');
  const mayReadJobs = useMay('job:read');
  const [wanted, setWanted] = useState<{ readonly names: readonly string[]; readonly isRemoval: boolean }>();
  const { form } = useForm(kind.kind);
  const fields = useEditFields(form);
  // Whose names are masked there is nothing to choose by.
  const seesNames = useMay('number:read') || kind.kind !== 'nuisance';
  const isOffered = mayAll && mayReadJobs && seesNames && !kind.isShared && !ONE_BY_ONE.has(kind.kind);
  const mayChange = isOffered && kind.may.includes('update');
  const mayRemove = isOffered && kind.may.includes('delete');
  const choosing = useChoosing({
    ...{ list, path: kind.path, filter },
    acts: (names) => (
      <>
        {mayRemove && (
          <Button danger onClick={() => setWanted({ names, isRemoval: true })}>
            {say('remove')}
          </Button>
        )}
        {mayChange && (
          <Button type="primary" onClick={() => setWanted({ names, isRemoval: false })}>
            {say('edit')}
          </Button>
        )}
      </>
    ),
  });
  const fresh = async () => {
    await changed();
    // Rows that are gone go, though somebody points at them.
    list.refresh();
  };
  return {
    choosing: mayChange || mayRemove ? choosing : undefined,
    dialog: wanted && (
      <EditDialog
        resource={resource}
        title={title}
        names={wanted.names}
        fields={wanted.isRemoval ? undefined : fields}
        close={() => setWanted(undefined)}
        changed={() => void fresh()}
        done={() => choosing.chosen.clear()}
      />
    ),
  };
}
