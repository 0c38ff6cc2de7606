import { API } from "responder-ts";

export const first = new API();
export const second = new API();
