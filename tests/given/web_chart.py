"""A chart of a web server, and an Application that releases it with a mistake."""

from __future__ import annotations

VALUES = "charts/web/values.yaml"
SERVICE = "charts/web/templates/service.yaml"
WEB = {
    "charts/web/Chart.yaml": "",
    VALUES: "image: nginx:1.27\nport: 80\nservice:\n  port: 80\n  target: http\nreplicas: 1\n",
    "charts/web/templates/_helpers.tpl": '{{- define "web.labels" -}}\napp: {{ .Release.Name }}\n{{- end }}\n',
    "charts/web/templates/workload.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {{- include "web.labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "web.labels" . | nindent 8 }}
    spec:
      containers:
        - name: web
          image: {{ .Values.image }}
          ports:
            - containerPort: {{ .Values.port }}
              name: http
""",
    SERVICE: """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {{- include "web.labels" . | nindent 4 }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: {{ .Values.service.target }}
""",
}
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: shop}
  source:
    repoURL: https://example.com/repo.git
    path: charts/web
    helm:
      valuesObject:
        service:
          target: admin
"""
