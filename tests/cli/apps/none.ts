export const api = "nothing of the kind";
