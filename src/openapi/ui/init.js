const place = document.querySelector("#swagger-ui");

globalThis.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: "none",
});
