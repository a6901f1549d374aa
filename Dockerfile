# One image for web, worker, scheduler and migrate; its command chooses which.
FROM python:3.11-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN make setup \
 && .venv/bin/uv build --wheel --no-build-isolation --python .venv/bin/python --out-dir /dist . \
 && python -m venv /opt/planlop \
 && .venv/bin/uv pip install --python /opt/planlop/bin/python --constraints requirements.lock /dist/*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/planlop --create-home planlop
COPY --from=build /opt/planlop /opt/planlop
ENV PATH=/opt/planlop/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PLANLOP_PRODUCTION=true \
    PLANLOP_HOST=0.0.0.0 \
    PLANLOP_HOME=/var/lib/planlop \
    PORT=8000
USER planlop
WORKDIR /var/lib/planlop
EXPOSE 8000
CMD ["gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "6", "--bind", "0.0.0.0:8000", "--no-control-socket", "--limit-request-line", "4094", "--limit-request-fields", "60", "--limit-request-field_size", "8190", "--timeout", "30", "--graceful-timeout", "20", "--keep-alive", "5", "--forwarded-allow-ips", "", "web:create_app()"]
