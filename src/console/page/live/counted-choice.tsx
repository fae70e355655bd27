import { Segmented } from 'antd';
import { createContext, memo, useContext, useMemo } from 'react';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string }[];
  readonly choose: (value: Value) => void;
}

const Figures = createContext<Readonly<Record<string, string>>>({});

/** A choice in which each option has a figure behind it: a figure that changes does not draw the choice anew. */
export function CountedChoice<Value extends string>({
  figures,
  ...choice
}: ChoiceProps<Value> & { readonly figures: Readonly<Record<Value, string>> }) {
  return (
    <Figures value={figures}>
      <Choice {...choice} />
    </Figures>
  );
}

const Choice = memo(function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, choose } = props;
  const shown = useMemo(
    () => options.map(({ value: of, text }) => ({ value: of, label: <Counted of={of} text={text} /> })),
    [options],
  );
  return <Segmented size="small" value={value} aria-label={label} onChange={choose} options={shown} />;
}) as <Value extends string>(props: ChoiceProps<Value>) => React.ReactNode;

function Counted({ of, text }: { readonly of: string; readonly text: string }) {
  const figures = useContext(Figures);
  // As wide as the widest: the options behind it stay where they are.
  const widest = Math.max(...Object.values(figures).map(({ length }) => length));
  return (
    <>
      {text} <span className={`counted counted-${Math.min(5, Math.max(3, widest))}`}>{figures[of]}</span>
    </>
  );
}
