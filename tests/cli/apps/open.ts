import { API } from "responder-ts";

export default new API({ openapi: false })
  .get("/open", { public: true }, () => "")
  .get("/asks-nobody", () => "");
