"""Charts as SVG, drawn by the server: what is to be seen goes in, markup comes out. Pure; colours are classes of app.css, and a table beside each says the same (templates/charts.html)."""
