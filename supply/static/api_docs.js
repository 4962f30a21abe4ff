"use strict";
// The interface's documentation, drawn from our own document by Swagger UI; nothing is asked of another host.
const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.document, domNode: place, deepLinking: true, validatorUrl: null, tryItOutEnabled: false });
