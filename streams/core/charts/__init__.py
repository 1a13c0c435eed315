"""Drawing: from numbers to places on a canvas. What is drawn where is told here, templates write it as SVG."""
