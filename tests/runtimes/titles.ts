/** The title of one row of a table, as Vitest writes it. */
export function titleOf(title: string, values: readonly unknown[], index: number): string {
  let next = 0;
  return title.replace(/%([sdijo#%])/g, (whole, kind: string) => {
    if (kind === "%") return "%";
    if (kind === "#") return String(index);
    if (next >= values.length) return whole;
    const value = values[next++];
    if (kind === "i") return String(Math.trunc(Number(value)));
    if (kind === "d") return String(Number(value));
    return kind === "s" ? String(value) : (JSON.stringify(value) ?? "undefined");
  });
}
