"""ファイル: writers of DOCX, PDF, CSV and XLSX, from documents that the core made."""
